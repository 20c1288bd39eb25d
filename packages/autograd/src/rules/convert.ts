/** Derivatives of conversions. */
import type { ConvertSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const convert: Rules<keyof ConvertSignatures> = {
  // Only a float has a gradient, so this is from float to float.
  cast: (dy, _, [x]) => [() => dy.cast(x.dtype)],
  stopGradient: 'constant',
};
