/** What layers of data take: numbers of any kind. */
import { isFloat } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/** `x` as a float: bytes, integers and truth values become float32. */
export function toFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : x.cast('float32');
}
