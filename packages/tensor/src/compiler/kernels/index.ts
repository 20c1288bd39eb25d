/** Which kernels are emitted. */
import { productKernel } from './product/index.js';
import type { KernelFor } from './kernel.js';

/** Every other operation runs on its reference kernel. */
export const kernelFor: KernelFor = (node, operands, results, target) => {
  if (node.kind === 'op' && node.name === 'matmul') return productKernel(node, operands, results, target);
  return undefined;
};
