/** Charts as SVG: thin curves, each named at its end; one axis, round numbers. */
import { extentOf } from './chart.js';
import { escape } from './escape.js';
import { spread } from './spread.js';
import { colourOf, themes } from './theme.js';
import { logarithmicTicks, short, ticks, wholeTicks } from './ticks.js';
import type { Chart, Series } from './chart.js';

export interface SvgOptions {
  /** In pixels, of one chart. @defaultValue 420 */
  readonly width?: number;
  /** In pixels, of one chart. @defaultValue 240 */
  readonly height?: number;
  /** How many charts stand side by side. @defaultValue 2 */
  readonly columns?: number;
}

/** Where a chart's numbers lie in pixels. */
interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(place: number): number;
  y(value: number): number;
}

const font = 'font-family="system-ui,sans-serif" font-size="12"';

/**
 * One chart or several, side by side, as an SVG of their own: light or dark as the reader likes, nothing loaded.
 *
 * @throws RangeError for a chart without a finite number
 * @example await writeFile('curves.svg', chartToSvg(curvesOf(history)));
 */
export function chartToSvg(charts: Chart | readonly Chart[], options: SvgOptions = {}): string {
  const { width = 420, height = 240, columns = 2 } = options;
  const list = 'series' in charts ? [charts] : charts;
  const across = Math.max(1, Math.min(columns, list.length));
  const [w, h] = [across * width, Math.ceil(list.length / across) * height];
  const parts = list.map((chart, i) => {
    const at = `translate(${(i % across) * width} ${Math.floor(i / across) * height})`;
    return `<g transform="${at}">${chartToGroup(chart, width, height)}</g>`;
  });
  const style = `<style>${themes('.gradus-chart')}</style><rect width="${w}" height="${h}" fill="var(--ground)"/>`;
  const size = `width="${w}" height="${h}" viewBox="0 0 ${w} ${h}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="gradus-chart" ${size}>${style}${parts.join('')}</svg>\n`;
}

/** The inside of one chart; colours are those of the page around it. */
export function chartToGroup(chart: Chart, width: number, height: number): string {
  const frame = frameOf(chart, width, height);
  const curves = chart.series.map((series, i) => curve(series, i, chart, frame));
  return [
    `<g ${font} fill="var(--soft)">`,
    `<text x="${frame.left}" y="18" fill="var(--ink)" font-weight="600">${escape(chart.title)}</text>`,
    rows(chart, frame),
    places(chart, frame),
    marked(chart, frame),
    ...curves,
    names(chart, frame),
    '</g>',
  ].join('');
}

function frameOf(chart: Chart, width: number, height: number): Frame {
  const { low, high } = extentOf(chart);
  const length = Math.max(...chart.series.map(({ values }) => values.length));
  const from = chart.from ?? 1;
  const longest = Math.max(...chart.series.map(({ name }) => name.length));
  const [left, right, top, bottom] = [56, width - Math.max(68, 52 + 6.4 * longest), 34, height - 36];
  const scale = chart.logarithmic === true ? Math.log : (value: number): number => value;
  const part = (value: number): number => (scale(value) - scale(low)) / (scale(high) - scale(low));
  return {
    left,
    right,
    top,
    bottom,
    x: (place) => (length === 1 ? (left + right) / 2 : left + ((place - from) / (length - 1)) * (right - left)),
    y: (value) => bottom - part(value) * (bottom - top),
  };
}

/** Lines at round values. */
function rows(chart: Chart, frame: Frame): string {
  const extent = extentOf(chart);
  const found = chart.logarithmic === true ? logarithmicTicks(extent) : ticks(extent, 5);
  return found
    .map((tick) => {
      const y = frame.y(tick).toFixed(1);
      const line = `<line x1="${frame.left}" x2="${frame.right}" y1="${y}" y2="${y}" stroke="var(--line)"/>`;
      return `${line}<text x="${frame.left - 8}" y="${y}" dy="4" text-anchor="end">${short(tick)}</text>`;
    })
    .join('');
}

/** Numbers along the axis below. */
function places({ series, from = 1, axis = 'epoch' }: Chart, frame: Frame): string {
  const last = from + Math.max(...series.map(({ values }) => values.length)) - 1;
  const y = frame.bottom + 18;
  const numbers = wholeTicks({ low: from, high: last }, 6).map(
    (tick) => `<text x="${frame.x(tick).toFixed(1)}" y="${y}" text-anchor="middle">${tick}</text>`,
  );
  return `${numbers.join('')}<text x="${frame.right + 20}" y="${y}">${escape(axis)}</text>`;
}

/** The label stands above the curves, away from the title. */
function marked({ title, mark }: Chart, frame: Frame): string {
  if (!mark) return '';
  const x = frame.x(mark.at);
  const line = `<line x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="24" y2="${frame.bottom}" stroke="var(--soft)" stroke-dasharray="2 3"/>`;
  const [least, most] = [frame.left + 6.8 * (title.length + 3) + 3.2 * mark.label.length, frame.right];
  return `${line}<text x="${Math.max(least, Math.min(x, most)).toFixed(1)}" y="18" text-anchor="middle">${escape(mark.label)}</text>`;
}

function curve({ values }: Series, i: number, { from = 1, logarithmic = false }: Chart, frame: Frame): string {
  let path = '';
  let pen = 'M';
  for (const [k, value] of values.entries()) {
    const drawn = Number.isFinite(value) && (!logarithmic || value > 0);
    if (drawn) path += `${pen}${frame.x(from + k).toFixed(1)} ${frame.y(value).toFixed(1)}`;
    pen = drawn ? 'L' : 'M';
  }
  const colour = colourOf(i);
  const line = `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/>`;
  // One value alone is no line.
  return values.length > 1 ? line : `${line}<circle cx="${frame.x(from)}" cy="${frame.y(values[0] ?? NaN)}" r="2.5" fill="${colour}"/>`;
}

/** Each curve's name and last value, beside its end; moved apart where they would lie on each other. */
function names({ series, logarithmic = false }: Chart, frame: Frame): string {
  const labels = series.flatMap(({ name, values }, i) => {
    const last = values.findLast((value) => Number.isFinite(value) && (!logarithmic || value > 0));
    return last === undefined ? [] : [{ text: `${name} ${short(last)}`.trim(), y: frame.y(last), colour: colourOf(i) }];
  });
  const apart = spread(
    labels.map(({ y }) => y),
    15,
    frame.bottom,
  );
  return labels
    .map(
      ({ text, colour }, i) =>
        `<text x="${frame.right + 8}" y="${(apart[i] ?? 0).toFixed(1)}" dy="4" fill="${colour}">${escape(text)}</text>`,
    )
    .join('');
}
