/** Which kernels are emitted, a family for each kind of node. */
import { convolutionKernel } from './convolution/index.js';
import { moveKernel } from './move/index.js';
import { nestKernel } from './nest/index.js';
import { productKernel } from './product/index.js';
import type { KernelFor } from './kernel.js';

/** Every other operation runs on its reference kernel. */
export const kernelFor: KernelFor = (node, operands, results, target) => {
  if (node.kind === 'op' && node.name === 'matmul') return productKernel(node, operands, results, target);
  if (node.kind === 'op' && (node.name === 'conv' || node.name === 'convInput' || node.name === 'convKernel')) {
    return convolutionKernel(node, operands, results, target);
  }
  const nest = nestKernel(node, operands, results, target);
  if (nest || node.kind === 'fused') return nest;
  return moveKernel(node, operands, results);
};
