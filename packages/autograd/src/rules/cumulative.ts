/** The derivative of a running sum: the running sum from the other end. */
import { cumsum } from '@gradus/tensor';
import type { CumulativeSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const cumulative: Rules<keyof CumulativeSignatures> = {
  cumsum: (dy, _, __, { axis, reverse }) => [() => cumsum(dy, axis, { reverse: !reverse })],
};
