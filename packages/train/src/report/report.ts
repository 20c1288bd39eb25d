/** A run on one page: its curves, and what the model makes of data that it was not trained on. */
import { bestEpoch, curvesOf } from './chart.js';
import { escape } from './escape.js';
import { galleryOf } from './images.js';
import { judge } from './judge.js';
import { page } from './page.js';
import { accuracyByClass, confusion, errors, measures, mistakes, scatter, section, table } from './sections.js';
import { chartToGroup } from './svg.js';
import { short } from './ticks.js';
import type { Tensor } from '@gradus/tensor';
import type { History } from '../callbacks/history.js';
import type { Output } from '../outputs.js';
import type { Gallery } from './images.js';
import type { Naming } from './sections.js';

export interface ReportOptions<D> {
  /** What `fit` returned. */
  readonly history: History;
  /** Arrays that the model was not trained on; they are predicted for the report. */
  readonly data: D;
  /** @defaultValue 'Training report' */
  readonly title?: string;
  /** What the classes are called, from class 0 on. @defaultValue their numbers */
  readonly classNames?: readonly string[];
}

/** What was found out for a report. */
export interface Findings {
  /** What went in, where it is one tensor. */
  readonly x: Tensor | undefined;
  readonly outputs: readonly Output[];
  /** Loss and metrics over the data. */
  readonly measured: Readonly<Record<string, number>>;
  /** How long `outputs` took, in seconds. */
  readonly seconds: number;
  /** How much memory the compiled training step holds, in bytes, and how often it was compiled: once for each shape of batch. */
  readonly memory: number;
  readonly programs: number;
}

/** The page as text. */
export function reportOf(findings: Findings, options: ReportOptions<unknown>): string {
  const { history, title = 'Training report', classNames } = options;
  const name: Naming = (label) => classNames?.[label] ?? String(label);
  const gallery = galleryOf(findings.x);
  const body = [
    `<h1>${escape(title)}</h1>`,
    `<p>${escape(summary(history))}</p>`,
    facts(Object.entries(findings.measured).map(([key, value]) => [key.replaceAll('_', ' '), short(value, 4)])),
    section('Curves', curves(history)),
    ...findings.outputs.map((output) => judged(output, findings.outputs.length > 1, name, gallery)),
    section('Time and memory', timings(history, findings)),
  ];
  return page(title, body.join('\n'));
}

function summary(history: History): string {
  const best = bestEpoch(history);
  const [count, last] = [history.epochs.length, (history.epochs.at(-1) ?? 0) + 1];
  const trained = `Trained for ${count} epoch${count === 1 ? '' : 's'}, to epoch ${last}.`;
  const by = history.logs['val_loss'] ? 'validation loss' : 'training loss';
  return best === undefined ? trained : `${trained} The ${by} was lowest in epoch ${best}.`;
}

function facts(pairs: readonly (readonly [string, string])[]): string {
  const entries = pairs.map(([term, value]) => `<div><dt>${escape(term)}</dt><dd>${escape(value)}</dd></div>`);
  return `<dl class="facts">${entries.join('')}</dl>`;
}

function curves(history: History): string {
  const drawable = curvesOf(history).filter(({ series }) => series.some(({ values }) => values.some(Number.isFinite)));
  const [width, height] = [448, 250];
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const charts = drawable.map(
    (chart) => `<svg ${size} role="img" aria-label="${escape(chart.title)}">${chartToGroup(chart, width, height)}</svg>`,
  );
  return charts.length === 0 ? '<p>Nothing finite was measured.</p>' : `<div class="charts">${charts.join('')}</div>`;
}

function judged({ place, output, target }: Output, several: boolean, name: Naming, gallery: Gallery | undefined): string {
  if (!target) return '';
  const of = several ? ` of ${place}` : '';
  const found = judge(output, target);
  if (!found) return '';
  if (found.kind === 'numbers') {
    return section(`Predicted against true${of}`, facts(measures(found)) + scatter(found)) + section(`Largest errors${of}`, errors(found));
  }
  return [
    section(`Confusion matrix${of}`, confusion(found, name)),
    section(`Accuracy by class${of}`, accuracyByClass(found, name)),
    // Where one image has many labels, a mistake is not one of the image.
    section(`Worst mistakes${of}`, mistakes(found, name, found.decisions.length === output.shape[0] ? gallery : undefined)),
  ].join('\n');
}

function timings({ seconds }: History, { outputs, seconds: predicting, memory, programs }: Findings): string {
  const known = seconds.filter(Number.isFinite);
  const [first = NaN, ...later] = known;
  const mean = later.reduce((a, b) => a + b, 0) / later.length;
  const rows = outputs[0]?.output.shape[0] ?? 0;
  const facts: readonly (readonly [string, string, boolean])[] = [
    ['the first epoch, with what it compiles', `${short(first)} s`, known.length > 0],
    ['a later epoch, on average', `${short(mean)} s`, later.length > 0],
    [`predicting ${rows} rows`, `${short(predicting)} s`, true],
    ['memory of the compiled training step', `${short(memory / 2 ** 20)} MiB`, memory > 0],
    ['programs compiled for it', String(programs), programs > 0],
  ];
  return table(
    [['what', 'how much'], ...facts.filter(([, , there]) => there).map(([what, value]) => [escape(what), escape(value)])],
    'plain',
  );
}
