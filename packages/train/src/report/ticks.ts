/** Round numbers along an axis, and how they are written. */
import type { Extent } from './chart.js';

/** About `count` multiples of 1, 2 or 5 times a power of ten, within the extent. */
export function ticks({ low, high }: Extent, count: number): readonly number[] {
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Divided, not multiplied, where the step is a fraction: 3 / 10 is 0.3, and 3 * 0.1 is not.
  return Array.from({ length: last - first + 1 }, (_, i) => (step < 1 ? (first + i) / Math.round(1 / step) : (first + i) * step));
}

/** Whole numbers only. */
export function wholeTicks(extent: Extent, count: number): readonly number[] {
  const step = Math.max(1, roundStep((extent.high - extent.low) / count));
  const first = Math.ceil(extent.low / step);
  return Array.from({ length: Math.floor(extent.high / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** Powers of ten, with 2 and 5 times them where there are few. */
export function logarithmicTicks({ low, high }: Extent): readonly number[] {
  const decades = Math.log10(high / low);
  const steps = decades > 3 ? [1] : decades > 1 ? [1, 3] : [1, 2, 5];
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of steps) found.push(Number(`${step}e${power}`));
  }
  return found.filter((tick) => tick >= low && tick <= high);
}

function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const part = step / power - 1e-9;
  return Number(((part > 5 ? 10 : part > 2 ? 5 : part > 1 ? 2 : 1) * power).toPrecision(1));
}

/** A number in few characters: 0.0213, 12.5, 1.2e-7. */
export function short(value: number, digits: number = 3): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', '∞');
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e6)) return value.toExponential(digits - 1).replace(/\.?0*e\+?/, 'e');
  return String(Number(value.toPrecision(digits)));
}
