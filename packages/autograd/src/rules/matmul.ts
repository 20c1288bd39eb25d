/** The derivative of the matrix product, with flags instead of transposes: {a b, a bT, aT b} is closed under it. */
import { matmul } from '@gradus/tensor';
import type { MatmulSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const product: Rules<keyof MatmulSignatures> = {
  // y = a b: da = dy bT, db = aT dy; y = a bT: da = dy b, db = dyT a; y = aT b: da = b dyT, db = a dy.
  matmul: (dy, _, [a, b], { transposeA, transposeB }) => [
    () => (transposeA ? matmul(b, dy, { transposeA: transposeB, transposeB: true }) : matmul(dy, b, { transposeB: !transposeB })),
    () => (transposeB ? matmul(dy, a, { transposeA: true, transposeB: transposeA }) : matmul(a, dy, { transposeA: !transposeA })),
  ],
};
