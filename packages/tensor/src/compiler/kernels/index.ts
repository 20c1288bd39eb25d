<<<<<<< HEAD
/** Which kernels are emitted, a family for each kind of node. */
import { nestKernel } from './nest/index.js';
=======
/** Which kernels are emitted. */
import { convolutionKernel } from './convolution/index.js';
>>>>>>> main
import { productKernel } from './product/index.js';
import type { KernelFor } from './kernel.js';

/** Every other operation runs on its reference kernel. */
export const kernelFor: KernelFor = (node, operands, results, target) => {
  if (node.kind === 'op' && node.name === 'matmul') return productKernel(node, operands, results, target);
<<<<<<< HEAD
  return nestKernel(node, operands, results, target);
=======
  if (node.kind === 'op' && (node.name === 'conv' || node.name === 'convInput' || node.name === 'convKernel')) {
    return convolutionKernel(node, operands, results, target);
  }
  return undefined;
>>>>>>> main
};
