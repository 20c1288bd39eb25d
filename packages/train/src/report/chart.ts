/** Charts as data: what is drawn, before anybody says how. */

/** One curve. */
export interface Series {
  readonly name: string;
  /** One number a step; those that are not finite are gaps. */
  readonly values: readonly number[];
}

export interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
  /** Where the first value stands; the others follow in steps of 1. @defaultValue 1 */
  readonly from?: number;
  /** What the axis below counts. @defaultValue 'epoch' */
  readonly axis?: string;
  /** A place on that axis, and what is there. */
  readonly mark?: { readonly at: number; readonly label: string } | undefined;
  /** A logarithmic scale, for values above 0. @defaultValue false */
  readonly logarithmic?: boolean;
}

/** What `fit` returns, or data of the same form. */
export interface Curves {
  readonly epochs: readonly number[];
  readonly logs: { readonly [key: string]: readonly number[] | undefined };
}

/**
 * The curves of a run, one chart for each thing that was measured: training and validation together, the loss first, the learning rate last.
 * The best epoch is marked: the one with the lowest loss on validation data, or on training data where there is no other.
 *
 * @example console.log(chartToText(curvesOf(history))); // both from '@gradus/train/charts'
 */
export function curvesOf({ epochs, logs }: Curves): readonly Chart[] {
  const keys = Object.keys(logs).filter((key) => !key.startsWith('val_') || logs[key.slice(4)] === undefined);
  const rank = (key: string): number => (key === 'learning_rate' ? 2 : key === 'loss' ? 0 : 1);
  const from = (epochs[0] ?? 0) + 1;
  const best = bestEpoch({ epochs, logs });
  return keys
    .toSorted((a, b) => rank(a) - rank(b))
    .map((key) => ({
      title: key.replaceAll('_', ' '),
      series: seriesOf(key, logs),
      from,
      logarithmic: key === 'learning_rate' && spansDecades(logs[key] ?? []),
      mark: best === undefined || key === 'learning_rate' ? undefined : { at: best, label: `best epoch ${best}` },
    }));
}

function seriesOf(key: string, logs: Curves['logs']): readonly Series[] {
  const named = [
    { name: key === 'learning_rate' ? '' : 'training', values: logs[key] },
    { name: 'validation', values: logs[`val_${key}`] },
  ];
  return named.flatMap(({ name, values }) => (values ? [{ name, values }] : []));
}

function spansDecades(values: readonly number[]): boolean {
  return Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > 20;
}

/** The number of the best epoch, from 1 on; undefined where no loss was finite. */
export function bestEpoch({ epochs, logs }: Curves): number | undefined {
  const losses = logs['val_loss'] ?? logs['loss'] ?? [];
  let best: number | undefined;
  for (const [i, loss] of losses.entries()) if (Number.isFinite(loss) && !(loss >= (losses[best ?? -1] ?? Infinity))) best = i;
  return best === undefined ? undefined : (epochs[best] ?? best) + 1;
}

/** Between which numbers a chart's values lie, on its scale. */
export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** @throws RangeError for a chart without a number to draw */
export function extentOf({ title, series, logarithmic = false }: Chart): Extent {
  const drawn = series.flatMap(({ values }) => values).filter((value) => Number.isFinite(value) && (!logarithmic || value > 0));
  if (drawn.length === 0) throw new RangeError(`chart '${title}': there is no finite number to draw${logarithmic ? ' above 0' : ''}`);
  const [low, high] = [drawn.reduce((a, b) => Math.min(a, b)), drawn.reduce((a, b) => Math.max(a, b))];
  if (low < high) return { low, high };
  const room = Math.abs(low) / 2 || 1;
  return logarithmic ? { low: low / 2, high: low * 2 } : { low: low - room, high: low + room };
}
