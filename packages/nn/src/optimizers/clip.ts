/** Clipping: what keeps one bad batch from throwing the weights far away. Gradients in, gradients out. */
import { ArgumentError, clip, maximum } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

export interface ClipOptions {
  /** Each gradient is scaled down to at most this length. */
  readonly clipNorm?: number;
  /** All gradients together are scaled down to at most this length. */
  readonly globalClipNorm?: number;
  /** Every number is cut to at most this size. */
  readonly clipValue?: number;
}

/** The clipping that the options ask for; at most one of the three. */
export function clipping({ clipNorm, globalClipNorm, clipValue }: ClipOptions): (gradients: readonly Tensor[]) => readonly Tensor[] {
  const given = Object.entries({ clipNorm, globalClipNorm, clipValue }).filter(([, value]) => value !== undefined);
  if (given.length > 1) throw new ArgumentError(`${given.map(([name]) => name).join(' and ')}: only one kind of clipping at a time`);
  for (const [name, value] of given) {
    if (!(value !== undefined && value > 0)) throw new ArgumentError(`${name}: expected a number above 0, found ${value}`);
  }
  if (clipNorm !== undefined) return (gradients) => gradients.map((g) => g.mul(maximum(g.norm(), clipNorm).pow(-1).mul(clipNorm)));
  if (clipValue !== undefined) return (gradients) => gradients.map((g) => clip(g, -clipValue, clipValue));
  if (globalClipNorm === undefined) return (gradients) => gradients;
  return (gradients) => {
    const scale = maximum(globalNorm(gradients), globalClipNorm).pow(-1).mul(globalClipNorm);
    return gradients.map((g) => g.mul(scale));
  };
}

/** The length of all gradients as one vector. */
export function globalNorm([first, ...rest]: readonly Tensor[]): Tensor {
  if (!first) throw new ArgumentError('globalNorm: no gradient was given');
  return rest.reduce((total, g) => total.add(g.square().sum()), first.square().sum()).sqrt();
}
