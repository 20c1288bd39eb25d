/** How strongly an image may be changed, and one draw of that an image. */
import { ArgumentError, FormatError, uniform } from '@gradus/tensor';
import { isList, number, numbers } from '../../config.js';
import type { Tensor } from '@gradus/tensor';
import type { Field } from '../../config.js';
import type { Stream } from '../../stream.js';

/** f stands for the range from -f to f; or both ends, in either order. */
export type Factor = number | readonly [number, number];

/** Two numbers. */
export const rangeField: Field<readonly [number, number]> = {
  write: (value) => numbers.write(value),
  read(json, where, registry) {
    const [low, high, ...more] = numbers.read(json, where, registry);
    if (low !== undefined && high !== undefined && more.length === 0) return [low, high];
    throw new FormatError(`${where}: expected two numbers, found ${JSON.stringify(json)}`);
  },
};

export const factorField: Field<Factor> = {
  write: (value) => (typeof value === 'number' ? number.write(value) : rangeField.write(value)),
  read: (json, where, registry) => (isList(json) ? rangeField.read(json, where, registry) : number.read(json, where, registry)),
};

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The range that `factor` stands for, within `bounds`; -f is cut at the lower one. */
export function rangeOf(name: string, factor: Factor, bounds: Range = { low: -1, high: 1 }): Range {
  const ends = typeof factor === 'number' ? [factor] : factor;
  if (!ends.every((end) => end >= bounds.low && end <= bounds.high)) {
    const found = JSON.stringify(factor);
    throw new ArgumentError(`${name}: expected a number from ${bounds.low} to ${bounds.high}, or two of them, found ${found}`);
  }
  if (typeof factor === 'number') return { low: Math.max(-Math.abs(factor), bounds.low), high: Math.abs(factor) };
  return { low: Math.min(...factor), high: Math.max(...factor) };
}

/** A number for each image, uniform in the range shifted by `offset`: [n, 1, 1, 1]. */
export function drawPerImage(stream: Stream, images: Tensor, { low, high }: Range, offset: number = 0): Tensor {
  const { key, counter } = stream.next();
  return uniform(key, [images.shape[0] ?? 0, 1, 1, 1], { counter, min: offset + low, max: offset + high });
}

/** Refuses a range of pixels whose ends are in the wrong order. */
export function checkValueRange(layer: string, [least, most]: readonly [number, number] = [0, 255]): void {
  if (!(least < most)) throw new ArgumentError(`${layer}: valueRange must go upwards, found ${JSON.stringify([least, most])}`);
}
