/** What all formats share that models are read from: limits, and errors that name the file's fault. */
import { FormatError, fromData, isFloat, sameShape, showShape } from '@gradus/tensor';
import { isList, isRecord } from './config.js';
import { builtInLayers } from './layers/index.js';
import { Model } from './model.js';
import { maxLayers } from './network-config.js';
import { layerFrom, registryOf } from './registry.js';
import { Sequential } from './sequential.js';
import type { Dense, Variable } from '@gradus/tensor';
import type { AnyLayer } from './any-layer.js';
import type { Json, Saved } from './config.js';
import type { Loaded } from './load.js';
import type { PlacedWeight } from './paths.js';
import type { LayerClass } from './registry.js';

/** The model that `saved` describes, of our own classes and those given, its weights as they begin. */
export function modelFrom(saved: Saved, own: readonly LayerClass[]): Loaded {
  const model = made(() => layerFrom(saved, registryOf(builtInLayers, own)));
  if (!isLoaded(model)) throw new FormatError(`model: expected a Sequential or a Model, found a ${model.className}`);
  made(() => model.weights);
  return model;
}

function isLoaded(layer: AnyLayer): layer is Loaded {
  return layer instanceof Sequential || layer instanceof Model;
}

/** What `make` gives; what a layer refuses is then a fault of the file. */
export function made<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof FormatError || !(error instanceof Error)) throw error;
    throw new FormatError(`model: ${error.message}`, { cause: error });
  }
}

/** A description of a model as JSON, neither too deep nor too large for whoever walks it. */
export function parseDescription(text: string): Json {
  const json = made((): Json => JSON.parse(text));
  checkSize(json);
  return json;
}

/** How deep models stand in models, and lists and records in each other. */
const maxNesting = 64;
const maxDepth = 1_000;

interface Inside {
  readonly json: Json;
  readonly models: number;
  readonly depth: number;
}

/** Refuses what would overflow the stack or the memory of a reader, before anything is made. */
function checkSize(root: Json): void {
  const left: Inside[] = [{ json: root, models: 0, depth: 0 }];
  let layers = 0;
  for (let next = left.pop(); next; next = left.pop()) {
    const { json, depth } = next;
    const inside = isRecord(json) ? (json['layers'] ?? null) : null;
    const models = next.models + Number(isList(inside));
    if (isList(inside)) layers += inside.length;
    if (models > maxNesting) throw new FormatError(`model: nested deeper than ${maxNesting}`);
    if (depth > maxDepth) throw new FormatError(`model: lists and records nested deeper than ${maxDepth}`);
    if (layers > maxLayers) throw new FormatError(`model: more than ${maxLayers} layers`);
    if (isRecord(json) || isList(json)) for (const child of Object.values(json)) left.push({ json: child, models, depth: depth + 1 });
  }
}

/** Gives every weight what `find` has for it. @throws FormatError listing all that does not fit, before any weight changes */
export function putWeights(
  weights: readonly PlacedWeight[],
  find: (placed: PlacedWeight) => Dense | undefined,
  unknown: readonly string[] = [],
): void {
  const found = weights.map((placed) => ({ path: placed.path, variable: placed.weight.variable, dense: find(placed) }));
  const problems = found.flatMap(({ path, variable, dense }) => {
    const problem = mismatch(variable, dense);
    return problem === undefined ? [] : [`${path} ${problem}`];
  });
  problems.push(...unknown.map((path) => `${path} is unknown to the model`));
  if (problems.length > 0) throw new FormatError(`weights: ${problems.join('; ')}`);
  for (const { variable, dense } of found) {
    if (dense) variable.put(fromData(dense.data, dense.shape, dense.dtype).cast(variable.dtype));
  }
}

function mismatch({ shape, dtype }: Variable, found: Dense | undefined): string | undefined {
  if (!found) return 'is missing';
  if (!sameShape(shape, found.shape)) return `has shape ${showShape(shape)}, in the file ${showShape(found.shape)}`;
  const fits = dtype === found.dtype || (isFloat(dtype) && isFloat(found.dtype));
  return fits ? undefined : `is ${dtype}, in the file ${found.dtype}`;
}
