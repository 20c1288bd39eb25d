/** The layers' fixtures: what Keras computed, one case a line. */
import { readFileSync } from 'node:fs';
import { tensor } from '@gradus/tensor';
import { expect } from 'vitest';
import { layerFrom, registryOf } from '../../src/registry.js';
import { builtInLayers } from '../../src/layers/index.js';
import { snakeCase } from '../../src/paths.js';
import type { DType, NestedValues, Tensor } from '@gradus/tensor';
import type { AnyLayer } from '../../src/any-layer.js';
import type { Config } from '../../src/config.js';

export interface LayerCase {
  readonly layer: string;
  readonly config: Config;
  readonly note?: string;
  readonly weights?: Readonly<Record<string, NestedValues>>;
  readonly inputDtype: DType;
  readonly inputs: NestedValues;
  readonly mask?: NestedValues;
  readonly training?: boolean;
  readonly initialState?: readonly NestedValues[];
  readonly expected: NestedValues;
}

/** A file beside these tests; its type is the caller's word for what the scripts write. */
export function fixture<T>(name: string): T;
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
}

const registry = registryOf(builtInLayers);

/** Our layer for a case: names of words in camelCase, and the state as a class of its own. */
export function layerOf(className: string, { returnState, recurrentActivation, ...config }: Config): AnyLayer {
  const gates =
    recurrentActivation === undefined
      ? {}
      : { recurrentActivation: recurrentActivation === 'hard_sigmoid' ? 'hardSigmoid' : recurrentActivation };
  return layerFrom({ className: returnState === true ? 'LSTMWithState' : className, config: { ...config, ...gates } }, registry);
}

/** Puts a case's weights, by Keras' names, into a built layer. */
export function setWeights(layer: AnyLayer, weights: Readonly<Record<string, NestedValues>> = {}): void {
  const own = new Map(layer.ownWeights.map((weight) => [weight.name, weight.variable]));
  expect([...own.keys()]).toEqual(Object.keys(weights).map(snakeCase));
  for (const [name, values] of Object.entries(weights)) own.get(snakeCase(name))?.assign(tensor(values));
}

export function isList(values: NestedValues): values is readonly NestedValues[] {
  return typeof values === 'object';
}

export function listOf(values: NestedValues): readonly NestedValues[] {
  if (isList(values)) return values;
  throw new TypeError('expected a list');
}

/** Equal up to float32's rounding over a few hundred operations. */
export function expectClose(found: unknown, expected: NestedValues, tolerance: number = 2e-6): void {
  const [a, b] = [Array.from(found instanceof Object && 'data' in found ? dataOf(found) : []), [...flat(expected)]];
  expect(a.length).toBe(b.length);
  for (const [i, value] of a.entries())
    expect(Math.abs(value - (b[i] ?? NaN)), `element ${i}: ${value}, expected ${b[i]}`).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(b[i] ?? 0)),
    );
}

function dataOf(x: object): readonly number[] {
  return isTensorLike(x) ? Array.from(x.data()) : [];
}

function isTensorLike(x: object): x is Tensor {
  return 'dtype' in x;
}

function* flat(values: NestedValues): Generator<number> {
  if (isList(values)) for (const value of values) yield* flat(value);
  else yield Number(values);
}
