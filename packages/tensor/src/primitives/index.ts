/** The table of all primitives, complete by type: graphs hold names, and this is where they are looked up. */
import { binary } from './binary.js';
import { compare } from './compare.js';
import { convert } from './convert.js';
import { convolution } from './conv.js';
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
import type { Family, PrimitiveName } from '../primitive.js';

export const primitives: Family<PrimitiveName> = {
  ...unary,
  ...binary,
  ...compare,
  ...convert,
  ...reduce,
  ...move,
  ...join,
  ...gather,
  ...product,
  ...convolution,
  ...windows,
  ...cumulative,
  ...sorting,
  ...random,
};
