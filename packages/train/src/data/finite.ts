/** Looking for what made a loss NaN. */
import { isTensor, mapLeaves } from '@gradus/nn';
import { isFloat } from '@gradus/tensor';
import type { AnyBatch } from './batches.js';

/** Says where data holds the first number that is not finite; undefined if all are. */
export function firstNotFinite({ x, y, sampleWeight }: AnyBatch): string | undefined {
  let found: string | undefined;
  for (const [name, tree] of Object.entries({ x, y, sampleWeight })) {
    if (tree === null || found !== undefined) continue;
    mapLeaves(tree, isTensor, (tensor, _, where) => {
      if (found !== undefined || !isFloat(tensor.dtype)) return;
      const { data } = tensor.dense();
      const at = data.findIndex((value: number) => !Number.isFinite(value));
      if (at < 0) return;
      const row = Math.floor(at / (data.length / (tensor.shape[0] ?? 1)));
      found = `${where ? `${name}.${where}` : name} holds ${data[at]} in row ${row}`;
    });
  }
  return found;
}
