/** Python's format strings for numbers: `{epoch:02d}`, `{val_loss:.2f}`, `{loss:>8.3e}`. */
import { ArgumentError } from '@gradus/tensor';
import { exponential, fixed } from '@gradus/tensor/extend';
import { pythonFloat } from './python-float.js';

/** A whole number prints as Python's int, any other as its float: which one a name stands for, the caller knows. */
export interface PythonNumber {
  readonly value: number;
  readonly whole: boolean;
}

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

const pattern = /^(?:(.)?([<>=^]))?([-+ ])?#?(0)?(\d+)?([,_])?(?:\.(\d+))?([deEfFgGn%])?$/su;

/** `number` as `format(number, spec)` gives it. @throws ArgumentError for a format that Python has not, or not for this number */
export function pythonFormat(number: PythonNumber, spec: string): string {
  const parsed = specOf(spec, number);
  const text = bodyOf(Math.abs(number.value), number.whole, parsed);
  const negative = number.value < 0 || Object.is(number.value, -0);
  const sign = negative ? '-' : parsed.sign === '-' ? '' : parsed.sign;
  return padded(sign, text, parsed);
}

function specOf(spec: string, { whole }: PythonNumber): Spec {
  const found = pattern.exec(spec);
  if (!found) throw new ArgumentError(`path: '${spec}' is no format of a number`);
  const [, fill, align, sign = '-', zero, width = '0', grouping = '', precision, type = ''] = found;
  if (type === 'd' && !whole) throw new ArgumentError(`path: the format '${spec}' is for whole numbers`);
  if (precision !== undefined && whole && (type === 'd' || type === '')) {
    throw new ArgumentError(`path: the format '${spec}' has a precision, which whole numbers have not`);
  }
  return {
    fill: fill ?? (zero !== undefined ? '0' : ' '),
    align: align ?? (zero !== undefined ? '=' : '>'),
    sign,
    width: Number(width),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  };
}

/** The digits, without a sign. */
function bodyOf(size: number, whole: boolean, { type, precision, grouping }: Spec): string {
  const upper = /[EFG]/.test(type);
  const text = digitsOf(size, whole, type.toLowerCase(), precision);
  const cased = upper ? text.toUpperCase() : text;
  return grouping === '' ? cased : cased.replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, grouping));
}

function digitsOf(size: number, whole: boolean, type: string, precision: number | undefined): string {
  if (whole && (type === '' || type === 'd' || type === 'n')) return fixed(size, 0);
  if (type === 'f') return fixed(size, precision ?? 6);
  if (type === 'e') return exponential(size, precision ?? 6);
  if (type === '%') return `${fixed(size * 100, precision ?? 6)}%`;
  if (type === '' && precision === undefined) return pythonFloat(size);
  return general(size, precision ?? 6, type === '');
}

/** `g`: so many digits that count, without zeros at the end; powers of ten where the point would stand far away. Without a type a float keeps `.0`. */
function general(size: number, precision: number, isFloat: boolean): string {
  const places = Math.max(1, precision);
  if (!Number.isFinite(size)) return fixed(size, 0);
  const scientific = exponential(size, places - 1);
  const power = Number(scientific.slice(scientific.indexOf('e') + 1));
  const most = isFloat ? places - 1 : places;
  if (power < -4 || power >= most) return scientific.includes('.') ? scientific.replace(/\.?0+e/, 'e') : scientific;
  const plain = trimmed(fixed(size, Math.max(0, places - 1 - power)));
  return isFloat && !plain.includes('.') ? `${plain}.0` : plain;
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function padded(sign: string, text: string, { fill, align, width }: Spec): string {
  const missing = Math.max(0, width - sign.length - text.length);
  if (align === '=') return sign + fill.repeat(missing) + text;
  const before = { '<': 0, '^': Math.floor(missing / 2), '>': missing }[align] ?? missing;
  return fill.repeat(before) + sign + text + fill.repeat(missing - before);
}
