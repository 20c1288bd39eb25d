/** The table of all derivatives, complete by type: a missing one does not compile. */
import { binary } from './binary.js';
import { compare } from './compare.js';
import { conv } from './conv.js';
import { convert } from './convert.js';
import { cumulative } from './cumulative.js';
import { gather } from './gather.js';
import { join } from './join.js';
import { move } from './move.js';
import { product } from './matmul.js';
import { random } from './random.js';
import { reduce } from './reduce.js';
import { sorting } from './sort.js';
import { unary } from './unary.js';
import { windows } from './window.js';
import type { PrimitiveName } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const rules: Rules<PrimitiveName> = {
  ...unary,
  ...binary,
  ...compare,
  ...convert,
  ...reduce,
  ...move,
  ...join,
  ...gather,
  ...product,
  ...conv,
  ...windows,
  ...cumulative,
  ...sorting,
  ...random,
};
