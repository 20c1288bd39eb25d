/** Derivatives of comparison (none) and selection. */
import { where } from '@gradus/tensor';
import type { CompareSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const compare: Rules<keyof CompareSignatures> = {
  equal: 'constant',
  less: 'constant',
  lessEqual: 'constant',
  where: (dy, _, [condition]) => [undefined, () => where(condition, dy, 0), () => where(condition, 0, dy)],
};
