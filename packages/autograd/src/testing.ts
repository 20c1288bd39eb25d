/** @gradus/autograd/testing: derivatives held against differences. */
import { fromData, isFloat, key, Tensor, uniform } from '@gradus/tensor';
import { literal } from '@gradus/tensor/extend';
import { differentiate } from './vjp.js';
import { splat } from './splat.js';

export interface CheckOptions {
  /** Derivatives of this order too: 2 checks the gradient and the gradient of the gradient. @defaultValue 1 */
  readonly order?: number;
  /** How far analytic and numeric value may be apart, relative to the larger one (at least 1). @defaultValue 1e-6 */
  readonly tolerance?: number;
  /** The step of the differences; kinks must be further away. @defaultValue 1e-4 */
  readonly step?: number;
  /** What the error calls the function. @defaultValue the function's own name */
  readonly name?: string;
  /** Inputs with at most so many elements are checked element by element, larger ones along one random direction. @defaultValue 12 */
  readonly elements?: number;
}

type Lists = (xs: readonly Tensor[]) => readonly Tensor[];
type Settings = Required<CheckOptions>;

/**
 * Checks the gradient of `f` against central differences, in float64: for random v and u, <JT v, u> = <v, J u>, which
 * takes a few runs of f whatever its size; for small inputs also every element of JT v. Whole numbers among the inputs
 * are held fixed.
 *
 * @returns true, so that a property may end with it
 * @throws Error with the element that is furthest off, analytic and numeric
 */
export function checkGradients<A extends readonly Tensor[]>(
  f: (...xs: A) => Tensor | readonly Tensor[],
  inputs: readonly [...A],
  options?: CheckOptions,
): true;
export function checkGradients(
  f: (...xs: readonly Tensor[]) => Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: CheckOptions = {},
): true {
  const { order = 1, tolerance = 1e-6, step = 1e-4, name = f.name || 'f', elements = 12 } = options;
  const xs = inputs.map((x) => (isFloat(x.dtype) ? x.cast('float64') : x));
  let derivative: Lists = (values) => floatsOf(f(...values));
  for (let n = 1; n <= order; n++) derivative = checkOnce(derivative, xs, { order: n, tolerance, step, name, elements });
  return true;
}

/** Checks one pull-back and returns it, for fixed random gradients of the results, as the next function to check. */
function checkOnce(f: Lists, xs: readonly Tensor[], settings: Settings): Lists {
  const { ys } = differentiate(settings.name, f, xs);
  const vs = ys.map((y, i) => direction(y, 2 * settings.order, i));
  const wrong = compare(f, xs, vs, settings);
  if (!wrong) return pulled(f, vs, settings.name);
  // Plain derivatives of the sum of all results read better, if the error shows in them.
  const ones = ys.map((y) => splat(1, y));
  throw failure(xs, compare(f, xs, ones, { ...settings, elements: Infinity }) ?? wrong, settings);
}

/** xs -> JT vs. */
function pulled(f: Lists, vs: readonly Tensor[], name: string): Lists {
  return (xs) => {
    const dxs = differentiate(name, f, xs).pull(vs);
    return xs.flatMap((x, i) => (isFloat(x.dtype) ? [dxs[i] ?? splat(0, x)] : []));
  };
}

/** Where the derivative of <vs, f(xs)> differs most from the differences, if it does. */
function compare(f: Lists, xs: readonly Tensor[], vs: readonly Tensor[], settings: Settings): Mismatch | undefined {
  const places = xs.flatMap((x, i) => (isFloat(x.dtype) ? [i] : []));
  const gradients = pulled(f, vs, settings.name)(xs);
  const along = (steps: readonly Tensor[]): number => difference((values) => inner(f(values), vs), xs, places, steps, settings.step);
  const us = places.map((i) => direction(xs[i], 2 * settings.order + 1, i));
  const [analytic, scale] = [inner(gradients, us), inner(gradients.map((g) => g.abs()), us.map((u) => u.abs()))]; // prettier-ignore
  const numeric = along(us);
  const agree = near(analytic, numeric, scale, settings);
  const small = places.reduce((total, i) => total + xs[i].size, 0) <= settings.elements;
  if (agree && !small) return undefined;
  return furthest(xs, places, gradients, along, settings) ?? (agree ? undefined : { place: 'along a random direction', analytic, numeric });
}

interface Mismatch {
  readonly place: string;
  readonly analytic: number;
  readonly numeric: number;
}

/** The element whose derivative is furthest off, if any is off. */
function furthest(
  xs: readonly Tensor[],
  places: readonly number[],
  gradients: readonly Tensor[],
  along: (steps: readonly Tensor[]) => number,
  settings: Settings,
): Mismatch | undefined {
  let worst: Mismatch | undefined;
  let distance = 0;
  for (const [j, i] of places.entries()) {
    const gradient = gradients[j].data('float64');
    for (let k = 0; k < gradient.length; k++) {
      const analytic = gradient[k];
      const numeric = along(places.map((place) => unit(xs[place], place === i ? k : -1)));
      const off = Math.abs(analytic - numeric) / Math.max(1, Math.abs(analytic));
      if (near(analytic, numeric, 0, settings) || off < distance) continue;
      distance = Number.isNaN(off) ? Infinity : off;
      worst = { place: `d/d${nameOf(xs, i)}${indexOf(xs[i], k)}`, analytic, numeric };
    }
  }
  return worst;
}

function near(analytic: number, numeric: number, scale: number, { tolerance }: Settings): boolean {
  return Math.abs(analytic - numeric) <= tolerance * Math.max(1, Math.abs(analytic), Math.abs(numeric), scale);
}

/** Richardson's extrapolation of the central difference: (4 D(h / 2) - D(h)) / 3, whose error is of order h^4. */
function difference(
  f: (xs: readonly Tensor[]) => number,
  xs: readonly Tensor[],
  places: readonly number[],
  us: readonly Tensor[],
  step: number,
): number {
  const at = (h: number): number => f(xs.map((x, i) => (places.includes(i) ? moved(x, us[places.indexOf(i)], h) : x)));
  const central = (h: number): number => (at(h) - at(-h)) / (2 * h);
  return (4 * central(step / 2) - central(step)) / 3;
}

/** x + h u. */
function moved(x: Tensor, u: Tensor, h: number): Tensor {
  const data = Float64Array.from(x.data());
  const by = u.data();
  for (let i = 0; i < data.length; i++) data[i] += h * by[i];
  return fromData(data, x.shape);
}

/** The sum of all products of elements. */
function inner(a: readonly Tensor[], b: readonly Tensor[]): number {
  let total = 0;
  for (const [j, x] of a.entries()) {
    const [left, right] = [x.data(), b[j].data()];
    for (let i = 0; i < left.length; i++) total += left[i] * right[i];
  }
  return total;
}

/** Numbers in [-1, 1), the same in every run. */
function direction(x: Tensor, seed: number, counter: number): Tensor {
  return uniform(key(seed, 'checkGradients'), x.shape, { counter, dtype: 'float64', min: -1, max: 1 });
}

function unit(x: Tensor, at: number): Tensor {
  const data = new Float64Array(x.size);
  if (at >= 0) data[at] = 1;
  return fromData(data, x.shape);
}

function floatsOf(result: Tensor | readonly Tensor[]): readonly Tensor[] {
  const list = result instanceof Tensor ? [result] : result;
  return list.filter(({ dtype }) => isFloat(dtype));
}

function failure(xs: readonly Tensor[], { place, analytic, numeric }: Mismatch, { name, order }: Settings): Error {
  const where = xs.map((x, i) => `${nameOf(xs, i)} = tensor(${shortened(literal(x.dense()))})`).join(', ');
  return new Error(`${name}: ${place}: analytic ${digits(analytic)}, numeric ${digits(numeric)} (order ${order}) at ${where}`);
}

/** A single input is x, several are a, b, c. */
function nameOf(xs: readonly Tensor[], i: number): string {
  return xs.length === 1 ? 'x' : String.fromCharCode(97 + i);
}

function indexOf(x: Tensor, k: number): string {
  let rest = k;
  const index = x.shape.toReversed().map((n) => {
    const at = rest % n;
    rest = (rest - at) / n;
    return at;
  });
  return index.length === 0 ? '' : `[${index.reverse().join(', ')}]`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(8)));
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}
