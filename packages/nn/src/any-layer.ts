/** What all layers have in common, whatever they take and give. */
import type { Context } from './context.js';
import type { Config } from './config.js';
import type { Weight } from './weight.js';

/** The size of each axis; null where it is not known: the batch axis, always. */
export type PartialShape = readonly (number | null)[];

// Methods, not function-valued fields: methods are bivariant, so that every Layer<X, Y> is an AnyLayer without a cast.
export interface AnyLayer {
  /** By this mark a layer is known among the fields of another one. */
  readonly kind: 'layer';
  /** The name it was given, if any. */
  readonly name: string | undefined;
  readonly className: string;
  readonly built: boolean;
  readonly trainable: boolean;
  /** The seed it was given, if any: under it, weights are drawn by their path from here. */
  readonly seed: number | undefined;
  /** Its own weights, in order of creation; those of layers inside it are theirs. */
  readonly ownWeights: readonly Weight[];
  buildFor(inputShape: unknown): void;
  call(x: unknown, context: Context): unknown;
  computeMask(x: unknown, mask: unknown): unknown;
  addLosses(y: unknown, context: Context): void;
  toConfig(): Config;
}

export function isLayer(value: unknown): value is AnyLayer {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'layer';
}
