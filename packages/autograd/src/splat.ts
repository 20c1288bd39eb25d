/** Constants that take no memory inside a trace. */
import { current, eager } from '@gradus/tensor/extend';
import type { Tensor, TensorType } from '@gradus/tensor';

/** A tensor of this type, filled with one number, for whoever computes now. */
export function splat(value: number, { dtype, shape }: TensorType): Tensor {
  return (current() ?? eager).splat(value, dtype, shape);
}
