/** The derivative of a loop is a loop from the other end. */
import type { Tensor } from '@gradus/tensor';
import type { ScanAttributes } from '@gradus/tensor/extend';
import type { differentiate as Differentiate } from '../vjp.js';

export interface ScanPull {
  readonly results: readonly Tensor[];
  pull(dys: readonly (Tensor | undefined)[]): readonly (Tensor | undefined)[];
}

export function scanRule(
  _differentiate: typeof Differentiate,
  _operands: readonly Tensor[],
  _wanted: readonly boolean[],
  _attributes: ScanAttributes,
): ScanPull {
  throw new Error('scan: not yet');
}
