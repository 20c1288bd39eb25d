/**
 * Numbers with a fixed count of digits as Python, C and NumPy write them: the exact value, rounded once, halves to the
 * even digit. JavaScript's own `toFixed` and `toExponential` round every half up, and turn to powers of ten at 1e21.
 */

/** `-1.50`: `places` digits behind the point; `nan`, `inf` and `-inf`. */
export function fixed(value: number, places: number): string {
  if (!Number.isFinite(value)) return wordFor(value);
  const size = Math.abs(value);
  // From 1e21 on a number is whole.
  if (size >= 1e21) return `${signOf(value)}${BigInt(size)}${places > 0 ? `.${'0'.repeat(places)}` : ''}`;
  const exact = size.toFixed(all);
  return signOf(value) + (isEvenTie(exact, places) ? cut(exact, places) : size.toFixed(places));
}

/** `-1.50e+10`: `places` digits behind the point, at least two in the exponent; `nan`, `inf` and `-inf`. */
export function exponential(value: number, places: number): string {
  if (!Number.isFinite(value)) return wordFor(value);
  const size = Math.abs(value);
  const [mantissa, power] = split(size.toExponential(all));
  const [digits, exponent] = isEvenTie(mantissa, places) ? [cut(mantissa, places), power] : split(size.toExponential(places));
  return `${signOf(value)}${digits}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
}

/** How Python spells what is not finite. */
function wordFor(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

/** The sign, also that of minus zero. */
export function signOf(value: number): '' | '-' {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

/** The digits behind the point of `1.5` or `1.5e+10`. */
export function fractionOf(text: string): string {
  return /\.(\d*)/.exec(text)?.[1] ?? '';
}

/** As many digits as JavaScript gives: more than any number has of which so few are asked that a half matters. */
const all = 100;

function split(text: string): readonly [string, string] {
  const at = text.indexOf('e');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** Whether exactly a half follows after `places` digits behind the point, and the digit before is even. */
function isEvenTie(exact: string, places: number): boolean {
  const fraction = fractionOf(exact);
  if (!/^50*$/.test(fraction.slice(places))) return false;
  const last = places === 0 ? exact.slice(0, exact.indexOf('.')).slice(-1) : fraction.slice(places - 1, places);
  return Number(last) % 2 === 0;
}

function cut(exact: string, places: number): string {
  const point = exact.indexOf('.');
  return places === 0 ? exact.slice(0, point) : exact.slice(0, point + 1 + places);
}
