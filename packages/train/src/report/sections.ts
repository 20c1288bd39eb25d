/** The parts of a report that are about predictions, as markup. */
import { escape } from './escape.js';
import { confusionOf, worstOf } from './judge.js';
import { colourOf } from './theme.js';
import { short, ticks } from './ticks.js';
import type { Gallery } from './images.js';
import type { Classes, Decision, Numbers } from './judge.js';

/** What classes are called: by their numbers, unless they have names. */
export type Naming = (label: number) => string;

const mostClasses = 24;
const mostMistakes = 24;
const mostPoints = 1000;

/** A heading and what stands below it. */
export function section(title: string, body: string): string {
  return body === '' ? '' : `<section><h2>${escape(title)}</h2>${body}</section>`;
}

/** Rows of cells, the first one a heading. Cells are markup already. */
export function table(rows: readonly (readonly string[])[], kind: string = ''): string {
  const line = (cells: readonly string[], tag: string): string => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table class="${kind}">${rows.map((cells, i) => line(cells, i === 0 ? 'th' : 'td')).join('')}</table>`;
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** Counts of each class taken for each; for many classes the pairs that are taken for each other most often. */
export function confusion(classes: Classes, name: Naming): string {
  const counts = confusionOf(classes);
  if (classes.count > mostClasses) return confusedPairs(counts, name);
  const head = `<tr><td></td>${counts.map((_, guess) => `<th scope="col">${escape(name(guess))}</th>`).join('')}</tr>`;
  const lines = counts.map((row, truth) => {
    const total = row.reduce((a, b) => a + b, 0) || 1;
    const cells = row.map((count, guess) => cell(count, count / total, truth === guess));
    return `<tr><th scope="row">${escape(name(truth))}</th>${cells.join('')}</tr>`;
  });
  const told = '<p>Rows are what was true, columns what was predicted.</p>';
  return `${told}<div class="wide"><table class="confusion">${head}${lines.join('')}</table></div>`;
}

/** The share of its row as a tint: mistakes in a colour of their own, and sooner seen. */
function cell(count: number, share: number, right: boolean): string {
  if (count === 0) return '<td class="none">·</td>';
  const tint = right ? 8 + 42 * share : 14 + 46 * Math.sqrt(share);
  return `<td style="background:color-mix(in srgb,${colourOf(right ? 0 : 1)} ${tint.toFixed(0)}%,var(--ground))">${count}</td>`;
}

function confusedPairs(counts: readonly (readonly number[])[], name: Naming): string {
  const pairs = counts.flatMap((row, truth) => row.map((count, guess) => ({ truth, guess, count })));
  const most = pairs.filter(({ truth, guess, count }) => truth !== guess && count > 0).toSorted((a, b) => b.count - a.count);
  const rows = most.slice(0, mostClasses).map(({ truth, guess, count }) => [escape(name(truth)), escape(name(guess)), String(count)]);
  return rows.length === 0 ? '<p>No mistakes.</p>' : table([['true', 'predicted', 'how often'], ...rows], 'plain');
}

/** A bar for each class, as long as the share of it that was recognized. */
export function accuracyByClass(classes: Classes, name: Naming): string {
  const counts = confusionOf(classes);
  const lines = counts.flatMap((row, label) => {
    const total = row.reduce((a, b) => a + b, 0);
    if (total === 0) return [];
    const share = (row[label] ?? 0) / total;
    const bar = `<span class="bar"><i style="width:${(100 * share).toFixed(1)}%"></i></span>`;
    return [[escape(name(label)), bar, `${percent(share)} of ${total}`]];
  });
  return table([['class', '', 'recognized'], ...lines], 'bars');
}

/** The mistakes that the model was surest of: as images, where rows are images. */
export function mistakes(classes: Classes, name: Naming, gallery: Gallery | undefined): string {
  const worst = worstOf(classes, mostMistakes);
  const wrong = classes.decisions.filter(({ truth, guess }) => truth !== guess).length;
  if (worst.length === 0) return `<p>None: all ${classes.decisions.length} are right.</p>`;
  const told = `<p>${wrong} of ${classes.decisions.length} are wrong. First those whose true class the model found least probable.</p>`;
  return told + (gallery ? pictures(worst, name, gallery) : listed(worst, name));
}

function pictures(worst: readonly Decision[], name: Naming, gallery: Gallery): string {
  const figures = worst.map(({ row, truth, guess, confidence }) => {
    const said = `row ${row}: ${name(truth)}, predicted ${name(guess)}`;
    const caption = `<b>${escape(name(truth))}</b> taken for <b>${escape(name(guess))}</b><br>${percent(confidence)} sure`;
    return `<figure><img src="${gallery(row)}" alt="${escape(said)}" title="${escape(said)}"><figcaption>${caption}</figcaption></figure>`;
  });
  return `<div class="gallery">${figures.join('')}</div>`;
}

function listed(worst: readonly Decision[], name: Naming): string {
  const rows = worst.map(({ row, truth, guess, confidence }) => [
    String(row),
    escape(name(truth)),
    escape(name(guess)),
    percent(confidence),
  ]);
  return table([['row', 'true', 'predicted', 'how sure'], ...rows], 'plain');
}

/** Predicted against true numbers, with the line where they are equal. */
export function scatter({ truth, guess }: Numbers): string {
  const finite = [...truth, ...guess].filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const room = (high - low) * 0.04 || 1;
  const [from, to] = [low - room, high + room];
  const [left, top, size] = [56, 12, 340];
  const [w, h] = [left + size + 20, top + size + 48];
  const at = (value: number): number => ((value - from) / (to - from)) * size;
  const step = Math.max(1, truth.length / mostPoints);
  const points = Array.from({ length: Math.floor(truth.length / step) }, (_, i) => {
    const [x, y] = [truth[Math.floor(i * step)] ?? NaN, guess[Math.floor(i * step)] ?? NaN];
    if (!Number.isFinite(x) || !Number.isFinite(y)) return '';
    return `<circle cx="${(left + at(x)).toFixed(1)}" cy="${(top + size - at(y)).toFixed(1)}" r="2"/>`;
  });
  const axes = ticks({ low: from, high: to }, 5).map((tick) => {
    const [x, y] = [(left + at(tick)).toFixed(1), (top + size - at(tick)).toFixed(1)];
    const line = `<line x1="${left}" x2="${left + size}" y1="${y}" y2="${y}" stroke="var(--line)"/>`;
    const text = (place: string): string => `<text ${place}>${short(tick)}</text>`;
    return [
      line,
      text(`x="${left - 8}" y="${y}" dy="4" text-anchor="end"`),
      text(`x="${x}" y="${top + size + 18}" text-anchor="middle"`),
    ].join('');
  });
  return [
    `<svg width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" aria-label="predicted against true">`,
    `<g font-size="12" fill="var(--soft)">${axes.join('')}`,
    `<line x1="${left}" y1="${top + size}" x2="${left + size}" y2="${top}" stroke="var(--soft)" stroke-dasharray="2 3"/>`,
    `<g fill="${colourOf(0)}" fill-opacity="0.55">${points.join('')}</g>`,
    `<text x="${left + size / 2}" y="${top + size + 40}" text-anchor="middle">true</text>`,
    `<text transform="translate(14 ${top + size / 2}) rotate(-90)" text-anchor="middle">predicted</text></g></svg>`,
  ].join('');
}

/** How far predictions are from the truth, and the rows where they are furthest. */
export function errors({ truth, guess, perRow }: Numbers): string {
  const off = truth.map((value, i) => ({
    row: Math.floor(i / perRow),
    value,
    found: guess[i] ?? NaN,
    error: Math.abs((guess[i] ?? NaN) - value),
  }));
  const worst = off.toSorted((a, b) => b.error - a.error).slice(0, 10);
  const rows = worst.map(({ row, value, found, error }) => [String(row), short(value, 4), short(found, 4), short(error)]);
  return table([['row', 'true', 'predicted', 'off by'], ...rows], 'plain');
}

/** The usual numbers about predicted numbers. */
export function measures({ truth, guess }: Numbers): readonly (readonly [string, string])[] {
  const n = Math.max(truth.length, 1);
  const mean = truth.reduce((a, b) => a + b, 0) / n;
  const off = truth.map((value, i) => (guess[i] ?? NaN) - value);
  const squares = off.reduce((total, error) => total + error * error, 0);
  const around = truth.reduce((total, value) => total + (value - mean) ** 2, 0);
  return [
    ['mean absolute error', short(off.reduce((total, error) => total + Math.abs(error), 0) / n)],
    ['root mean squared error', short(Math.sqrt(squares / n))],
    ['R²', short(1 - squares / around)],
  ];
}
