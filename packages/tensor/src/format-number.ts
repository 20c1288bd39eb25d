/**
 * How the numbers of one array are written, as NumPy writes them: all alike, so that columns line up.
 *
 * Floats have as many digits as tell them apart from their neighbours, but at most 8 after the point; the whole array
 * turns to scientific notation where its numbers are large, tiny or far apart.
 */
import { isFloat } from './dtype.js';
import type { DType } from './dtype.js';

/** The text of one number; equally long for all numbers of an array. */
export type Writer = (value: number) => string;

/** How many digits stand behind the point at most. */
const precision = 8;

/** How to write numbers of this type, given all those that will be written. */
export function writerFor(dtype: DType, values: readonly number[]): Writer {
  if (dtype === 'bool') return (value) => (value === 0 ? 'False' : ' True');
  if (isFloat(dtype)) return floatWriter(dtype, values);
  const width = greatest(values.map((value) => String(value).length));
  return (value) => String(value).padStart(width);
}

function floatWriter(dtype: DType, values: readonly number[]): Writer {
  const finite = values.filter(Number.isFinite);
  const columns = isScientific(dtype, finite) ? scientific(dtype, finite) : positional(dtype, finite);
  const special = greatest(values.filter((value) => !Number.isFinite(value)).map((value) => wordFor(value).length));
  const width = Math.max(columns.width, special);
  return (value) => (Number.isFinite(value) ? columns.write(value) : wordFor(value)).padStart(width);
}

function wordFor(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** Whether the powers of ten are written out, judged in the array's own precision. */
function isScientific(dtype: DType, finite: readonly number[]): boolean {
  const sizes = finite.filter((value) => value !== 0).map(Math.abs);
  if (sizes.length === 0) return false;
  const [least, most] = [sizes.reduce((a, b) => Math.min(a, b)), greatest(sizes)];
  if (dtype === 'float64') return most >= 1e8 || least < 1e-4 || most / least > 1000;
  return most >= 1e6 || least < Math.fround(1e-4) || Math.fround(most / least) > 1000;
}

/** How the finite numbers of an array are written, and how wide that is. */
interface Columns {
  readonly width: number;
  write(value: number): string;
}

/** `-1.5e+10`: everywhere as many digits as the longest needs, the exponent with at least two. */
function scientific(dtype: DType, finite: readonly number[]): Columns {
  const places = greatest(finite.map((value) => fractionOf(shortestExponential(dtype, value)).length));
  const powers = finite.map((value) => String(Math.abs(exponentOf(value.toExponential(places)))));
  const power = greatest(powers.map((text) => text.length), 2); // prettier-ignore
  const write = (value: number): string => {
    const [mantissa = '', exponent = ''] = roundedExponential(value, places).split('e');
    const point = places === 0 ? '.' : '';
    return `${signOf(value)}${mantissa}${point}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(power, '0')}`;
  };
  return { write, width: widest(finite, write) };
}

/** `-1.5   `: points under points, blanks for the zeros at the end. */
function positional(dtype: DType, finite: readonly number[]): Columns {
  const texts = finite.map((value) => shortestFixed(dtype, value));
  const places = greatest(texts.map((text) => fractionOf(text).length));
  const write = (value: number): string => {
    const text = shortestFixed(dtype, value);
    return text + ' '.repeat(places - fractionOf(text).length);
  };
  return { write, width: widest(finite, write) };
}

function widest(finite: readonly number[], write: (value: number) => string): number {
  return greatest(finite.map((value) => write(value).length));
}

/** The greatest of them, at least `least`: `Math.max` takes only as many arguments as the stack has room for. */
function greatest(values: readonly number[], least: number = 0): number {
  return values.reduce((a, b) => Math.max(a, b), least);
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

/** The digits behind the point of `1.5`, `1.5e+10`. */
function fractionOf(text: string): string {
  return /\.(\d*)/.exec(text)?.[1] ?? '';
}

function exponentOf(text: string): number {
  return Number(text.slice(text.indexOf('e') + 1));
}

/** |value| as `d.ddde+n`, with the fewest digits that mean this number in its own type, at most `precision` behind the point. */
function shortestExponential(dtype: DType, value: number): string {
  const text = shortest(dtype, value);
  if (fractionOf(text).length <= precision) return text;
  const [mantissa = '', exponent = ''] = roundedExponential(value, precision).split('e');
  return `${trimmed(mantissa)}e${exponent}`;
}

/** The value as `ddd.ddd`, always with a point, with the fewest digits that mean it, at most `precision` behind the point. */
function shortestFixed(dtype: DType, value: number): string {
  const text = shortest(dtype, value);
  const exponent = exponentOf(text);
  const fraction = Math.max(0, fractionOf(text).length - exponent);
  if (fraction > precision) return signOf(value) + trimmed(roundedFixed(value));
  const whole = Number(text).toFixed(fraction); // the digits of `text`, its zeros written out
  return `${signOf(value)}${fraction === 0 ? `${whole}.` : whole}`;
}

/** `1.500` as `1.5`, `1.000` as `1.`. */
function trimmed(text: string): string {
  return text.replace(/0+$/, '');
}

/** |value| as `d.ddde+n`, with the fewest digits that mean this number in its own type. */
function shortest(dtype: DType, value: number): string {
  const size = Math.abs(value);
  if (dtype !== 'float32') return size.toExponential();
  for (let places = 0; places < precision; places++) {
    const text = roundedExponential(size, places);
    if (Math.fround(Number(text)) === size) return text;
  }
  return roundedExponential(size, precision); // nine digits always tell float32 numbers apart
}

/** As many digits as JavaScript gives: more than any number has whose ninth digit could be in doubt. */
const all = 100;

/** |value| with `places` digits behind the point, halves to the even digit. */
function roundedExponential(value: number, places: number): string {
  const size = Math.abs(value);
  const [mantissa = '', exponent = ''] = size.toExponential(all).split('e');
  return isEvenTie(mantissa, places) ? `${cut(mantissa, places)}e${exponent}` : size.toExponential(places);
}

function roundedFixed(value: number): string {
  const size = Math.abs(value);
  const exact = size.toFixed(all);
  return isEvenTie(exact, precision) ? cut(exact, precision) : size.toFixed(precision);
}

/** Whether exactly a half follows after `places` digits, and the digit before is even: JavaScript rounds every half up. */
function isEvenTie(exact: string, places: number): boolean {
  const fraction = fractionOf(exact);
  if (!/^50*$/.test(fraction.slice(places))) return false;
  const last = places === 0 ? exact[0] : fraction[places - 1];
  return Number(last) % 2 === 0;
}

function cut(exact: string, places: number): string {
  const point = exact.indexOf('.');
  return places === 0 ? exact.slice(0, point) : exact.slice(0, point + 1 + places);
}
