/** How windows and kernels walk over images: what the layers of images check when they are made. */
import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import { perAxis } from '@gradus/tensor/extend';
import { oneOf } from '../config.js';
import type { PartialShape } from '../any-layer.js';
import type { Field } from '../config.js';

/** 'valid': no zeros around. 'same': as many places come out as go in (divided by the stride); the odd zero goes last. */
export type Padding = 'valid' | 'same';

export const paddingField: Field<Padding> = oneOf('valid', 'same');

/** The same size on every axis, or one an axis. */
export type Sizes = number | readonly number[];

/** Refuses sizes that are not whole numbers of at least 1, and a padding that is neither 'valid' nor 'same'. */
export function checkWindow(layer: string, sizes: { readonly [name: string]: Sizes | undefined }, padding: string | undefined): void {
  for (const [name, value] of Object.entries(sizes)) if (value !== undefined) perAxis(layer, name, value, 2);
  if (padding === undefined || padding === 'valid' || padding === 'same') return;
  throw new ArgumentError(`${layer}: padding must be 'valid' or 'same', found '${padding}'`);
}

/** Refuses strides together with dilation: no backend of Keras takes both. */
export function checkDilation(layer: string, strides: Sizes, dilationRate: Sizes): void {
  const above = (sizes: Sizes): boolean => [sizes].flat().some((n) => n > 1);
  if (!above(strides) || !above(dilationRate)) return;
  const found = `strides ${JSON.stringify(strides)} and dilationRate ${JSON.stringify(dilationRate)}`;
  throw new ArgumentError(`${layer}: strides above 1 and dilationRate above 1 exclude each other, found ${found}`);
}

/** Refuses what is not a batch of images. */
export function checkImages(layer: string, shape: PartialShape): void {
  if (shape.length !== 4) throw new ShapeError(`${layer}: expected x [n, height, width, channels], found ${showShape(shape)}`);
}
