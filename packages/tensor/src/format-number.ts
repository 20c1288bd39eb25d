/**
 * How the numbers of one array are written, as NumPy writes them: all alike, so that columns line up.
 *
 * Floats have as many digits as tell them apart from their neighbours, but at most 8 after the point; the whole array
 * turns to scientific notation where its numbers are large, tiny or far apart.
 */
import { exponential, fixed, fractionOf, signOf } from './decimals.js';
import { isFloat } from './dtype.js';
import type { DType } from './dtype.js';

/** The text of one number; equally long for all numbers of an array. */
export type Writer = (value: number) => string;

/** How many digits stand behind the point at most. */
const precision = 8;

/** How to write numbers of this type, given all those that will be written. */
export function writerFor(dtype: DType, values: readonly number[]): Writer {
  if (dtype === 'bool') return (value) => (value === 0 ? 'False' : ' True');
  const write = isFloat(dtype) ? floatWriter(dtype, values.filter(Number.isFinite)) : String; // prettier-ignore
  const width = greatest(values.map((value) => write(value).length));
  return (value) => write(value).padStart(width);
}

function floatWriter(dtype: DType, finite: readonly number[]): Writer {
  const write = isScientific(dtype, finite) ? scientific(dtype, finite) : positional(dtype, finite);
  return (value) => (Number.isFinite(value) ? write(value) : fixed(value, 0));
}

/** Whether the powers of ten are written out, judged in the array's own precision. */
function isScientific(dtype: DType, finite: readonly number[]): boolean {
  const sizes = finite.filter((value) => value !== 0).map(Math.abs);
  if (sizes.length === 0) return false;
  const [least, most] = [sizes.reduce((a, b) => Math.min(a, b)), greatest(sizes)];
  if (dtype === 'float64') return most >= 1e8 || least < 1e-4 || most / least > 1000;
  return most >= 1e6 || least < Math.fround(1e-4) || Math.fround(most / least) > 1000;
}

/** `-1.5e+10`: everywhere as many digits as the longest needs, before and behind the `e`. */
function scientific(dtype: DType, finite: readonly number[]): Writer {
  const places = greatest(finite.map((value) => fractionOf(shortestExponential(dtype, value)).length));
  const power = greatest(finite.map((value) => partsOf(exponential(value, places)).power.length));
  return (value) => {
    const { mantissa, sign, power: digits } = partsOf(exponential(value, places));
    return `${mantissa}${places === 0 ? '.' : ''}e${sign}${digits.padStart(power, '0')}`;
  };
}

function partsOf(text: string): { readonly mantissa: string; readonly sign: string; readonly power: string } {
  const at = text.indexOf('e');
  return { mantissa: text.slice(0, at), sign: text.slice(at + 1, at + 2), power: text.slice(at + 2) };
}

/** `-1.5   `: points under points, blanks for the zeros at the end. */
function positional(dtype: DType, finite: readonly number[]): Writer {
  const places = greatest(finite.map((value) => fractionOf(shortestFixed(dtype, value)).length));
  return (value) => {
    const text = shortestFixed(dtype, value);
    return text + ' '.repeat(places - fractionOf(text).length);
  };
}

/** The greatest of them, at least 0: `Math.max` takes only as many arguments as the stack has room for. */
function greatest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), 0);
}

/** |value| as `d.ddde+nn`, with the fewest digits that mean it, at most `precision` behind the point. */
function shortestExponential(dtype: DType, value: number): string {
  const text = shortest(dtype, value);
  return fractionOf(text).length <= precision ? text : trimmed(partsOf(exponential(Math.abs(value), precision)).mantissa);
}

/** The value as `ddd.ddd`, always with a point, with the fewest digits that mean it, at most `precision` behind the point. */
function shortestFixed(dtype: DType, value: number): string {
  const text = shortest(dtype, value);
  const places = Math.max(0, fractionOf(text).length - Number(text.slice(text.indexOf('e') + 1)));
  if (places > precision) return trimmed(fixed(value, precision));
  const digits = Number(text).toFixed(places); // those of `text`, without the power of ten
  return `${signOf(value)}${digits}${places === 0 ? '.' : ''}`;
}

/** `1.500` as `1.5`, `1.000` as `1.`. */
function trimmed(text: string): string {
  return text.replace(/0+$/, '');
}

/** |value| as `d.ddde+nn`, with the fewest digits that mean this number in its own type. */
function shortest(dtype: DType, value: number): string {
  const size = Math.abs(value);
  if (dtype === 'float64') return size.toExponential();
  for (let places = 0; places < precision; places++) {
    const text = exponential(size, places);
    if (Math.fround(Number(text)) === size) return text;
  }
  return exponential(size, precision); // nine digits always tell float32 numbers apart
}
