/** What layers that merge several inputs element by element have in common. */
import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/** The inputs with as many axes as the longest of them: [n, f] beside [n, t, f] becomes [n, 1, f]. */
export function aligned(layer: string, xs: readonly Tensor[]): readonly Tensor[] {
  if (xs.length < 2) throw new ArgumentError(`${layer}: expected a list of at least two inputs, found ${xs.length}`);
  const rank = Math.max(...xs.map((x) => x.rank));
  const batches = new Set(xs.map(({ shape }) => shape[0]));
  if (batches.size > 1) throw new ShapeError(`${layer}: batch sizes differ: ${xs.map(({ shape }) => showShape(shape)).join(', ')}`);
  return xs.map((x) =>
    x.rank === rank ? x : x.reshape([...x.shape.slice(0, 1), ...Array<number>(rank - x.rank).fill(1), ...x.shape.slice(1)]),
  );
}

/** A step counts where it does in any input; there is no mask unless every input has one. */
export function jointMask(masks: readonly (Tensor | undefined)[] | undefined): Tensor | undefined {
  const [first, ...others] = masks ?? [];
  return others.reduce((joint, mask) => (joint && mask ? joint.or(mask) : undefined), first);
}
