/** Sorting gives an order, which has no derivative; the gather behind it has one. */
import type { SortSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const sorting: Rules<keyof SortSignatures> = { argsort: 'constant' };
