/** @gradus/autograd: derivatives of any order, batching, and derivatives of one's own. */
export { grad, valueAndGrad } from './grad.js';
export { vjp } from './pullback.js';
export { jvp } from './jvp.js';
export { hessian, jacobian } from './hessian.js';
export { vmap } from './vmap.js';
export { customGradient } from './custom.js';
export { recompute } from './recompute.js';
export { stopGradient } from '@gradus/tensor';
export type { Gradients, Wrt } from './pullback.js';
export type { VmapOptions } from './vmap.js';
