/** Paths with values in them. */
import { ArgumentError } from '@gradus/tensor';
import { fixed } from '@gradus/tensor/extend';
import type { Logs } from '../callback.js';

/** The path with a value for each name in braces, formatted as in Python: `{epoch:02d}`, `{val_loss:.2f}`. */
export function fillIn(path: string, values: Logs): string {
  return path.replace(/\{(\w+)(?::(0?)(\d*)(?:\.(\d+))?([df])?)?\}/g, (_, key: string, zero: string, width: string, digits: string) => {
    const value = values[key];
    if (value === undefined) throw new ArgumentError(`path: {${key}} is not in the logs; there are: ${Object.keys(values).join(', ')}`);
    const text = digits === undefined ? String(value) : fixed(value, Number(digits));
    return width ? text.padStart(Number(width), zero ? '0' : ' ') : text;
  });
}
