/** Paths with values in them. */
import { ArgumentError } from '@gradus/tensor';
import { pythonFormat } from './python-format.js';
import type { Logs } from '../callback.js';

/** Names that stand for whole numbers; measures are floats, also where they have no fraction. */
const whole = new Set(['epoch', 'batch']);

/** The path with a value for each name in braces, formatted as in Python: `{epoch:02d}`, `{val_loss:.2f}`; `{{` and `}}` are braces. */
export function fillIn(path: string, values: Logs): string {
  return path.replace(/\{\{|\}\}|\{([^{}:]*)(?::([^{}]*))?\}|[{}]/g, (found: string, key: string | undefined, spec: string = '') => {
    if (found === '{{' || found === '}}') return found.charAt(0);
    if (key === undefined) throw new ArgumentError(`path: a single '${found}' in ${path}: write '${found}${found}' for one`);
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined) throw new ArgumentError(`path: {${key}} is not in the logs; there are: ${Object.keys(values).join(', ')}`);
    return pythonFormat({ value, whole: whole.has(key) }, spec);
  });
}
