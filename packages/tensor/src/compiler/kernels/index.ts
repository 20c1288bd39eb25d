/** Which kernels are emitted, a family for each kind of node. */
import { convolutionKernel } from './convolution/index.js';
import { cumulativeKernel } from './cumulative/index.js';
import { gatherKernel } from './gather/index.js';
import { moveKernel } from './move/index.js';
import { nestKernel } from './nest/index.js';
import { positionKernel } from './position/index.js';
import { productKernel } from './product/index.js';
import { randomKernel } from './random/index.js';
import { reductionKernel } from './reduction/index.js';
import { windowKernel } from './window/index.js';
import type { KernelFor } from './kernel.js';

/** Every other operation runs on its reference kernel. */
export const kernelFor: KernelFor = (node, operands, results, target) => {
  if (node.kind === 'fused') return nestKernel(node, operands, results, target);
  switch (node.name) {
    case 'matmul':
      return productKernel(node, operands, results, target);
    case 'conv':
    case 'convInput':
    case 'convKernel':
      return convolutionKernel(node, operands, results, target);
    case 'windowArgmax':
      return windowKernel(node, operands, results);
    case 'take':
    case 'takeAdd':
    case 'takeAlong':
    case 'takeAlongAdd':
      return gatherKernel(node, operands, results);
    case 'randomBits':
    case 'randomUniform':
      return randomKernel(node, results);
    case 'cumsum':
      return cumulativeKernel(node, operands, results, target);
    case 'sum':
    case 'prod':
    case 'max':
    case 'min':
      return reductionKernel(node, operands, results, target);
    case 'argmax':
    case 'argmin':
      return positionKernel(node, operands, results, target);
    default:
      return nestKernel(node, operands, results, target) ?? moveKernel(node, operands, results);
  }
};
