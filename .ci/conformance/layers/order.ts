/**
 * Gradus' images have their channels last. A case with `channels_first` is the same case with another order of axes, so what goes in and what comes out
 * is turned.
 */
import { Tensor } from '@gradus/train';
import type { JsonRecord } from '../json.js';

/** Whether the layer, or the one inside it, wants its channels first. */
export function isChannelsFirst(args: JsonRecord): boolean {
  return args['data_format'] === 'channels_first';
}

/** [n, c, ...sizes] -> [n, ...sizes, c]; a single image [c, ...sizes] likewise. */
export function channelsLast(x: Tensor, batched: boolean): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const at = batched ? 1 : 0;
  return x.rank < at + 2 ? x : x.transpose([...axes.filter((axis) => axis !== at), at]);
}

/** [n, ...sizes, c] -> [n, c, ...sizes]. */
export function channelsFirst(y: unknown, batched: boolean): unknown {
  if (!(y instanceof Tensor)) return y;
  const at = batched ? 1 : 0;
  if (y.rank < at + 2) return y;
  const axes = y.shape.map((_, axis) => axis);
  return y.transpose([...axes.slice(0, at), y.rank - 1, ...axes.slice(at, -1)]);
}
