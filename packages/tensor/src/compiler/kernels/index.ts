/** Which kernels are emitted. */
import type { KernelFor } from './kernel.js';

/** None yet: every operation runs on its reference kernel. */
export const kernelFor: KernelFor = () => undefined;
