/** Windows give positions, which have no derivative; the gather behind them has one. */
import type { WindowSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const windows: Rules<keyof WindowSignatures> = { windowArgmax: 'constant' };
