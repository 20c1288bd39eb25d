/** Random numbers depend on whole numbers alone. */
import type { RandomSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const random: Rules<keyof RandomSignatures> = { randomBits: 'constant', randomUniform: 'constant' };
