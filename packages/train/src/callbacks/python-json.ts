import { pythonFloat } from './python-float.js';

/** Data as Python's `json.dumps` writes it; whole numbers under `whole` are integers there, all others floats. */
export function pythonJson(data: Readonly<Record<string, unknown>>, whole: readonly string[]): string {
  const parts = Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}: ${valueOf(value, whole.includes(key))}`);
  return `{${parts.join(', ')}}`;
}

function valueOf(value: unknown, whole: boolean): string {
  if (typeof value !== 'number') return JSON.stringify(value) ?? 'null';
  if (whole) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? pythonFloat(value) : `${value < 0 ? '-' : ''}Infinity`;
}
