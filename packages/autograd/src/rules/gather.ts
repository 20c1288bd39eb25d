/** Derivatives of reading at positions and of adding at them: each the other. */
import { take, takeAdd, takeAlong, takeAlongAdd } from '@gradus/tensor';
import type { GatherSignatures } from '@gradus/tensor/extend';
import type { Rules } from './rule.js';

export const gather: Rules<keyof GatherSignatures> = {
  take: (dy, _, [x, indices], { axis }) => [() => takeAdd(dy, indices, axis, x.shape[axis]), undefined],
  takeAdd: (dy, _, [, indices], { axis }) => [() => take(dy, indices, axis), undefined],
  takeAlong: (dy, _, [x, indices], { axis }) => [() => takeAlongAdd(dy, indices, axis, x.shape[axis]), undefined],
  takeAlongAdd: (dy, _, [, indices], { axis }) => [() => takeAlong(dy, indices, axis), undefined],
};
