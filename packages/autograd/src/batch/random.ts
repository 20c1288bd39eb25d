/** Batching of random numbers: a stream for each example, drawn one after the other. */
import { bits, scan, uniform } from '@gradus/tensor';
import { full } from './rule.js';
import type { Tensor } from '@gradus/tensor';
import type { RandomSignatures } from '@gradus/tensor/extend';
import type { BatchRules, Lane } from './rule.js';

export const random: BatchRules<keyof RandomSignatures> = {
  randomBits: ([key, counter], { shape }, size) => each(key, counter, size, (k, n) => bits(k, shape, { counter: n })),
  randomUniform: ([key, counter], { shape, dtype }, size) => each(key, counter, size, (k, n) => uniform(k, shape, { counter: n, dtype })),
};

// A stream's number depends on its key and its place: no single draw holds the streams of several keys.
function each(key: Lane, counter: Lane, size: number, draw: (key: Tensor, counter: Tensor) => Tensor): Tensor {
  const step = (_: readonly Tensor[], [k, n]: readonly [Tensor, Tensor]): readonly [readonly Tensor[], Tensor] => [[], draw(k, n)];
  return scan(step, [], [full(key, size), full(counter, size)])[1];
}
