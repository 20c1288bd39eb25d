/** What layers share that walk over one, two or three axes of places: [n, ...places, channels]. */
import { ArgumentError, ShapeError, showShape } from '@gradus/tensor';
import { perAxis } from '@gradus/tensor/extend';
import type { PartialShape } from '../any-layer.js';
import type { Sizes } from './geometry.js';

/** How many axes of places: those of sequences, images and volumes. */
export type Places = 1 | 2 | 3;

const axes = { 1: '[n, steps, channels]', 2: '[n, height, width, channels]', 3: '[n, depth, height, width, channels]' } as const;

/** Refuses what has another number of axes. */
export function checkPlaces(layer: string, shape: PartialShape, places: Places): void {
  if (shape.length !== places + 2) throw new ShapeError(`${layer}: expected x ${axes[places]}, found ${showShape(shape)}`);
}

/** Refuses sizes that are not whole numbers of at least 1, and paddings that are unknown. */
export function checkWalk(
  layer: string,
  places: Places,
  sizes: { readonly [name: string]: Sizes | undefined },
  padding: string | undefined,
  known: readonly string[] = ['valid', 'same'],
): void {
  for (const [name, value] of Object.entries(sizes)) if (value !== undefined) perAxis(layer, name, value, places);
  if (padding === undefined || known.includes(padding)) return;
  throw new ArgumentError(`${layer}: padding must be ${known.map((word) => `'${word}'`).join(' or ')}, found '${padding}'`);
}
