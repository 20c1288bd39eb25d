/** Constraints: what an optimizer's step may not leave a weight to be. */
import type { Tensor } from '@gradus/tensor';

/** Projects a weight's new value onto what is allowed. */
export interface Constraint {
  apply(w: Tensor): Tensor;
}
