/** Where a kernel hangs over the edge: places of an axis in groups that have the same taps inside. */

/** Neighbouring outputs whose taps inside the input are the same ones. */
export interface Zone {
  /** The first output, and how many. */
  readonly out: number;
  readonly count: number;
  /** The first tap inside, and how many. */
  readonly tap: number;
  readonly taps: number;
  /** The input place of the first output's first tap inside. */
  readonly at: number;
}

export interface Axis {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
  readonly dilation: number;
}

/** All outputs of an axis, in order. */
export function zonesOf({ inputs, outputs, kernel, stride, before, dilation }: Axis): readonly Zone[] {
  const zones: Zone[] = [];
  for (let out = 0; out < outputs; out++) {
    const start = out * stride - before;
    const tap = Math.min(kernel, Math.max(0, Math.ceil(-start / dilation)));
    const last = Math.min(kernel - 1, Math.floor((inputs - 1 - start) / dilation));
    const taps = Math.max(0, last - tap + 1);
    const previous = zones.at(-1);
    if (previous && previous.tap === tap && previous.taps === taps) zones[zones.length - 1] = { ...previous, count: previous.count + 1 };
    else zones.push({ out, count: 1, tap, taps, at: taps > 0 ? start + tap * dilation : 0 });
  }
  return zones;
}

/** The outputs for which a tap lies inside: the first one, and how many. */
export function outputsOf({ inputs, outputs, stride, before, dilation }: Axis, tap: number): readonly [first: number, count: number] {
  const shift = before - tap * dilation;
  const first = Math.max(0, Math.ceil(shift / stride));
  const last = Math.min(outputs - 1, Math.floor((inputs - 1 + shift) / stride));
  return [first, Math.max(0, last - first + 1)];
}
