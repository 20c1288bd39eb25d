/** How a model was compiled and how far its optimizer is, as files of Keras keep it: so that Keras can go on training. */
import { isList, isRecord, snakeCase } from '@gradus/nn';
import { tensor, Variable } from '@gradus/tensor';
import type { Compiled, Json, Optimizer } from '@gradus/nn';
import type { Recipe } from './callback.js';

/**
 * What a trainer, or a run that a callback sees, adds to a file of Keras; undefined for a step of one's own.
 *
 * Losses and metrics are kept where they were given by name; objects are left out, and Keras then wants the model compiled anew. In place of a schedule
 * stands the rate that it gives now.
 *
 * @example
 * await saveModel(trainer.model, 'digits.keras', { compiled: compiledOf(trainer) });
 * await loadWeights(trainer.model, 'digits.keras', { compiled: compiledOf(trainer) }); // and the state of the optimizer
 */
export function compiledOf({ recipe }: { readonly recipe?: Recipe | undefined }): Compiled | undefined {
  if (!recipe) return undefined;
  const { optimizer, objective } = recipe;
  const { loss, lossWeights, metrics, weightedMetrics } = objective;
  return {
    config: {
      loss: mapped(loss, lossOf),
      loss_weights: mapped(lossWeights, () => null),
      metrics: listed(known(mapped(metrics, metricOf))),
      weighted_metrics: listed(known(mapped(weightedMetrics, metricOf))),
      run_eagerly: false,
      steps_per_execution: 1,
      jit_compile: true,
    },
    optimizer: {
      name: optimizer.name,
      saved: { className: classes.get(optimizer.kind) ?? pascalCase(optimizer.kind), config: optionsOf(optimizer) },
      variables: (weights) => variablesOf(optimizer, weights),
    },
  };
}

/** Classes of losses and metrics whose names are short. */
const short: ReadonlyMap<string, string> = new Map([
  ['mse', 'MeanSquaredError'],
  ['mae', 'MeanAbsoluteError'],
  ['mape', 'MeanAbsolutePercentageError'],
  ['msle', 'MeanSquaredLogarithmicError'],
  ['kld', 'KLDivergence'],
  ['klDivergence', 'KLDivergence'],
  ['auc', 'AUC'],
  ['ctc', 'CTC'],
]);

/** Keras has these as losses only, or under another name. */
const otherMetrics: ReadonlyMap<string, string | undefined> = new Map([
  ['logCosh', 'LogCoshError'],
  ['huber', undefined],
  ['dice', undefined],
  ['tversky', undefined],
  ['binaryFocalCrossentropy', undefined],
  ['categoricalFocalCrossentropy', undefined],
  ['ctc', undefined],
  ['circle', undefined],
  ['categoricalGeneralizedCrossEntropy', undefined],
]);

const lossOf = (name: string): Json => objectOf('losses', short.get(name) ?? pascalCase(snakeCase(name)), {});

function metricOf(name: string): Json {
  if (name === 'accuracy' || name === 'acc') return name;
  const className = otherMetrics.has(name) ? otherMetrics.get(name) : (short.get(name) ?? pascalCase(snakeCase(name)));
  return className === undefined ? null : objectOf('metrics', className, { name: snakeCase(name) });
}

function objectOf(module: string, className: string, config: Json): Json {
  return { module: `keras.${module}`, class_name: className, config, registered_name: null };
}

/** Every name and number of a tree as Keras has it; null for objects, which say nothing of themselves. */
function mapped(tree: unknown, f: (name: string) => Json): Json {
  if (typeof tree === 'string') return f(tree);
  if (typeof tree === 'number') return tree;
  if (Array.isArray(tree)) return tree.map((one) => mapped(one, f));
  if (typeof tree !== 'object' || tree === null || Object.getPrototypeOf(tree) !== Object.prototype) return null;
  const entries: [string, unknown][] = Object.entries(tree);
  return Object.fromEntries(entries.map(([key, one]) => [key, mapped(one, f)]));
}

/** Keras wants a list also where there is one metric. */
function listed(metrics: Json): Json {
  return typeof metrics === 'string' || (isRecord(metrics) && metrics['class_name'] !== undefined) ? [metrics] : metrics;
}

/** Metrics without those that Keras cannot be told of. */
function known(json: Json): Json {
  if (isList(json)) return json.filter((one) => one !== null).map(known);
  return isRecord(json) && json['class_name'] === undefined
    ? Object.fromEntries(Object.entries(json).map(([key, one]): [string, Json] => [key, known(one)]))
    : json;
}

const classes: ReadonlyMap<string, string> = new Map([
  ['sgd', 'SGD'],
  ['rmsprop', 'RMSprop'],
]);

function pascalCase(text: string): string {
  return text.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Keras' names of options that are more than another spelling. */
const keys: ReadonlyMap<string, string> = new Map([
  ['clipNorm', 'clipnorm'],
  ['globalClipNorm', 'global_clipnorm'],
  ['clipValue', 'clipvalue'],
]);

/** `beta2Decay` -> `beta_2_decay`. */
function kerasKey(key: string): string {
  return keys.get(key) ?? snakeCase(key).replace(/(beta|epsilon)(\d)/, '$1_$2');
}

function optionsOf(optimizer: Optimizer): Record<string, Json> {
  const entries: [string, unknown][] = Object.entries(optimizer.settings);
  const options = entries.flatMap(([key, value]): [string, Json][] => {
    const plain = typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
    return plain === undefined ? [] : [[kerasKey(key), plain]];
  });
  return { ...Object.fromEntries(options), name: optimizer.name, learning_rate: optimizer.learningRate };
}

/** Optimizers that keep other things than Keras' do: their state stays here. */
const ownState = new Set(['adafactor', 'muon', 'nadam']);

/** Slots that Keras lists one after the other, and not weight by weight. */
const apart = (optimizer: Optimizer, slot: string): boolean => optimizer.kind === 'rmsprop' || slot === 'velocity_hat';

/** The variables in Keras' order: iteration, rate, averages, sums of gradients, and what the rule keeps. */
function variablesOf(optimizer: Optimizer, weights: readonly Variable[]): readonly (readonly [string, Variable])[] {
  if (ownState.has(optimizer.kind)) return [];
  optimizer.build(weights);
  const places = new Map(weights.map((weight, i) => [weight, i]));
  const kept = new Map(optimizer.variables((weight) => String(places.get(weight) ?? -1)));
  const slot = (name: string): (readonly [string, Variable])[] =>
    weights.flatMap((_, i) => {
      const variable = kept.get(`${i}/${name}`);
      return variable ? [[`${i}_${name}`, variable] as const] : [];
    });
  const mixed = optimizer.slots.filter((name) => !apart(optimizer, name));
  const pairs = mixed.map(slot);
  return [
    ['iteration', optimizer.iteration],
    // A schedule has no variable: its rate of now is written, and what is read is left alone.
    ['learning_rate', kept.get('learning_rate') ?? new Variable(tensor(optimizer.learningRate))],
    ...slot('average'),
    ...slot('gradient_accumulator'),
    ...weights.flatMap((_, i) => pairs.flatMap((values) => (values[i] ? [values[i]] : []))),
    ...optimizer.slots.filter((name) => !mixed.includes(name)).flatMap(slot),
  ];
}
