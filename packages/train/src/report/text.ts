/** Charts as lines of text, for a terminal or a log. */
import { extentOf } from './chart.js';
import { spread } from './spread.js';
import { short } from './ticks.js';
import type { Chart } from './chart.js';

export interface TextOptions {
  /** In characters, without the numbers at the left and the names at the right. @defaultValue 60 */
  readonly width?: number;
  /** In lines, without title and axis. @defaultValue 12 */
  readonly height?: number;
}

const marks = ['·', '×', 'o', '+', '*', '#', '=', '%'];

/**
 * One chart or several, one below the other: a sign for each curve, explained at its end.
 *
 * @throws RangeError for a chart without a finite number
 * @example console.log(chartToText(curvesOf(history))); // both from '@gradus/train/charts'
 */
export function chartToText(charts: Chart | readonly Chart[], options: TextOptions = {}): string {
  return ('series' in charts ? [charts] : charts).map((chart) => oneToText(chart, options)).join('\n');
}

function oneToText(chart: Chart, { width = 60, height = 12 }: TextOptions): string {
  const { low, high } = extentOf(chart);
  const { logarithmic = false, from = 1, axis = 'epoch', mark } = chart;
  const scale = logarithmic ? Math.log : (value: number): number => value;
  const unscale = logarithmic ? Math.exp : (value: number): number => value;
  const length = Math.max(...chart.series.map(({ values }) => values.length));
  const columns = Math.min(width, Math.max(length, 1) * 4);
  const rowOf = (value: number): number => ((scale(high) - scale(value)) / (scale(high) - scale(low))) * (height - 1);
  const grid = Array.from({ length: height }, () => new Array<string>(columns).fill(' '));
  const columnOf = (place: number): number => (length === 1 ? 0 : Math.round(((place - from) / (length - 1)) * (columns - 1)));
  if (mark) for (const row of grid) row[columnOf(mark.at)] = '┊';
  for (const [i, { values }] of chart.series.entries()) {
    const sign = marks[i % marks.length] ?? '·';
    for (let column = 0; column < columns; column++) {
      const row = grid[Math.round(rowOf(valueAt(values, columns === 1 ? 0 : (column / (columns - 1)) * (length - 1))))];
      if (row) row[column] = sign;
    }
  }
  const ends = endsOf(chart, height, rowOf);
  const label = (row: number): string => short(unscale(scale(high) + ((scale(low) - scale(high)) * row) / (height - 1)));
  const lines = grid.map((row, i) =>
    `${(i % 3 === 0 || i === height - 1 ? label(i) : '').padStart(9)} │${row.join('')}${ends[i] ?? ''}`.trimEnd(),
  );
  const numbers = `${from}${String(from + length - 1).padStart(Math.max(columns - String(from).length, 0))}`;
  const below = [`${' '.repeat(10)}└${'─'.repeat(columns)}`, `${' '.repeat(11)}${numbers} ${axis}`];
  return [`${' '.repeat(11)}${chart.title}${mark ? ` (┊ ${mark.label})` : ''}`, ...lines, ...below, ''].join('\n');
}

/** Between two values on the line that joins them; NaN where either is missing. */
function valueAt(values: readonly number[], at: number): number {
  const before = Math.floor(at);
  const a = values[before] ?? NaN;
  return before === at ? a : a + ((values[before + 1] ?? NaN) - a) * (at - before);
}

/** For each line the name and the last value of the curve that ends there, or near it. */
function endsOf({ series, logarithmic = false }: Chart, height: number, rowOf: (value: number) => number): readonly string[] {
  const labels = series.flatMap(({ name, values }, i) => {
    const last = values.findLast((value) => Number.isFinite(value) && (!logarithmic || value > 0));
    return last === undefined ? [] : [{ row: rowOf(last), text: [marks[i % marks.length], name, short(last)].filter(Boolean).join(' ') }];
  });
  const ends = new Array<string>(height).fill('');
  const rows = spread(
    labels.map(({ row }) => row),
    1,
    height - 1,
  );
  for (const [i, { text }] of labels.entries()) ends[Math.round(rows[i] ?? 0)] = `  ${text}`;
  return ends;
}
