/** The derivative of joining: dy is split. */
import { split } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';
import type { JoinSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const join: Rules<keyof JoinSignatures> = {
  concat(dy, _, operands, { axis }) {
    let pieces: readonly Tensor[] | undefined;
    const piece = (i: number): Tensor => (pieces ??= split(dy, operands.map(({ shape }) => shape[axis]), axis))[i]; // prettier-ignore
    return operands.map((__, i) => () => piece(i));
  },
};
