/** A model as a table: its layers, what comes out of each, and how many numbers its weights hold. */
import { bytesOf, sizeOf } from '@gradus/tensor';
import { isSymbol } from './apply.js';
import { namesOf, snakeCase, weightsUnder } from './paths.js';
import { leavesOf, mapLeaves } from './trees.js';
import type { AnyLayer } from './any-layer.js';
import type { Network } from './network.js';
import type { PlacedWeight } from './paths.js';
import type { Symbolic } from './symbolic.js';

interface Chain extends AnyLayer {
  readonly layers: readonly AnyLayer[];
  readonly flow: readonly Symbolic[];
}

interface Graph extends AnyLayer {
  readonly layers: readonly AnyLayer[];
  readonly network: Network;
}

type Row = readonly [layer: string, shape: string, parameters: string];

/** A table of `model`'s layers, as Keras prints it. */
export function summary(model: Chain | Graph): string {
  const rows = [...('network' in model ? inputRows(model) : []), ...layerRows(model)];
  return [`Model: "${model.name ?? snakeCase(model.className)}"`, ...table(rows), ...totals(model)].join('\n');
}

function inputRows({ network }: Graph): readonly Row[] {
  const rows: Row[] = [];
  mapLeaves(network.inputs, isSymbol, (symbol, _, where) =>
    rows.push([`${symbol.name ?? (where || 'input')} (Input)`, shapeText(symbol), '0']),
  );
  return rows;
}

function layerRows(model: Chain | Graph): readonly Row[] {
  const names = namesOf(model.layers);
  return model.layers.map((layer, i) => {
    const parameters = layer.built ? count(parametersOf(layer)).toLocaleString('en') : '0 (unbuilt)';
    return [`${names[i] ?? ''} (${layer.className})`, shapesOf(model, layer, i), parameters];
  });
}

/** The shapes of the layer's results; of its last call, where it is called more than once. */
function shapesOf(model: Chain | Graph, layer: AnyLayer, i: number): string {
  const results = 'network' in model ? model.network.calls.findLast((call) => call.layer === layer)?.outputs : model.flow[i + 1];
  if (results === undefined) return '?';
  const shapes = leavesOf(results, isSymbol).map(shapeText);
  return shapes.length === 1 ? shapes.join() : `[${shapes.join(', ')}]`;
}

function shapeText({ shape }: Symbolic): string {
  return `(${shape.map((n) => n ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;
}

/** Weights that hold what was learned: random counters do not. */
function parametersOf(layer: AnyLayer): readonly PlacedWeight[] {
  return weightsUnder(layer).filter(({ weight }) => weight.name !== 'random');
}

function count(weights: readonly PlacedWeight[]): number {
  return weights.reduce((total, { weight }) => total + sizeOf(weight.variable.shape), 0);
}

function totals(model: AnyLayer): readonly string[] {
  const all = parametersOf(model);
  const trained = all.filter(({ weight, layer }) => weight.trainable && layer.trainable);
  const line = (name: string, weights: readonly PlacedWeight[]): string => {
    const bytes = weights.reduce((total, { weight }) => total + sizeOf(weight.variable.shape) * bytesOf(weight.variable.dtype), 0);
    return ` ${name} params: ${count(weights).toLocaleString('en')} (${sizeText(bytes)})`;
  };
  return [line('Total', all), line('Trainable', trained), line('Non-trainable', all.filter((weight) => !trained.includes(weight)))]; // prettier-ignore
}

function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${(bytes / 1024 ** power).toFixed(2)} ${units[power] ?? 'B'}`;
}

const heads: Row = ['Layer (type)', 'Output Shape', 'Param #'];
const narrowest = [31, 22, 13] as const;

function table(rows: readonly Row[]): readonly string[] {
  const widths = narrowest.map((least, column) => Math.max(least, ...rows.map((row) => row[column]?.length ?? 0)));
  const rule = (left: string, line: string, cross: string, right: string): string =>
    left + widths.map((width) => line.repeat(width + 2)).join(cross) + right;
  const text = (row: Row, edge: string): string => {
    const cells = row.map((cell, column) => (column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)));
    return `${edge} ${cells.join(` ${edge} `)} ${edge}`;
  };
  const body = rows.flatMap((row, i) => [...(i > 0 ? [rule('├', '─', '┼', '┤')] : []), text(row, '│')]);
  return [rule('┏', '━', '┳', '┓'), text(heads, '┃'), rule('┡', '━', '╇', '┩'), ...body, rule('└', '─', '┴', '┘')];
}
