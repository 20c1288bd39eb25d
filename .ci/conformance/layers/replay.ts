/** The kinds `layer`, `layer_shape`, `layer_grad`, `stateful_rnn` and `normalization_adapt`. */
import * as gradus from '@gradus/train';
import { Missing, nestedOf } from '../classes.js';
import { isList, isRecord, listOf, numberOf, numbersOf, recordOf, textOf } from '../json.js';
import { expectClose, Mismatch, tensorOf } from '../values.js';
import { callOf } from './calls.js';
import { layerOf } from './classes.js';
import { listed } from './model.js';
import { channelsFirst, channelsLast, isChannelsFirst } from './order.js';
import type { Variable } from '@gradus/train';
import type { AnyLayer, CallOptions } from './classes.js';
import type { LayerCall } from './calls.js';
import type { Case, Json, JsonRecord } from '../json.js';

/** A layer of a case with the orders of axes that it takes and gives. */
class Subject {
  readonly layer: AnyLayer;
  private readonly turned: boolean;
  private readonly rank: number;

  /** @param rank - of a batch of images; one axis less is a single image */
  constructor(name: string, args: JsonRecord, rank: number = 0) {
    this.layer = layerOf(name, args);
    this.turned = isChannelsFirst(args);
    this.rank = rank;
  }

  apply(x: unknown, options: CallOptions): unknown {
    if (!this.turned || !(x instanceof gradus.Tensor)) return this.layer.apply(x, options);
    const batched = x.rank !== this.rank - 1;
    return channelsFirst(this.layer.apply(channelsLast(x, batched), options), batched);
  }
}

/** Layers of images that take one image as well as a batch. */
const singles: ReadonlySet<string> = new Set(['CenterCrop', 'Resizing', 'Rescaling']);

function subjectOf({ config }: Case, more: JsonRecord = {}): Subject {
  const name = textOf(config['class']);
  const rank = singles.has(name) || name.startsWith('Random') ? 4 : 0;
  return new Subject(name, { ...recordOf(config['args']), ...more }, rank);
}

/** Puts the values of a case into the weights, in their order; names and shapes have to agree. */
export function setWeights(variables: readonly Variable[], weights: readonly Json[]): void {
  if (weights.length !== variables.length) {
    throw new Mismatch(
      `the layer has ${variables.length} weights (${variables.map(({ name }) => name).join(', ')}), the case ${weights.length}`,
    );
  }
  for (const [i, variable] of variables.entries()) {
    const { name, value = null } = recordOf(weights[i]);
    const [own, theirs] = [lastPart(variable.name), lastPart(textOf(name))];
    if (own !== theirs) throw new Mismatch(`weight ${i} is called ${own}, in the case ${theirs}`);
    const values = tensorOf(value).cast(variable.dtype);
    if (String(values.shape) !== String(variable.shape)) {
      throw new Mismatch(`${own} has the shape [${variable.shape.join(', ')}], in the case [${values.shape.join(', ')}]`);
    }
    variable.assign(values);
  }
}

const lastPart = (name: string): string => name.replace(/^.*\//, '');

/** [y, ...states]; where cells are stacked Keras keeps the states of each together, if they are several. */
function grouped(y: unknown, args: Json | undefined): unknown {
  const cells = nestedOf(recordOf(args)['cell'])?.args['cells'];
  if (!isList(cells) || !isStates(y)) return y;
  const [output, ...states] = y;
  const each = states.length / cells.length;
  return each === 1 ? y : [output, ...cells.map((_, i) => states.slice(i * each, (i + 1) * each))];
}

function isStates(y: unknown): y is readonly gradus.Tensor[] {
  return Array.isArray(y) && y.every((one) => one instanceof gradus.Tensor);
}

function at(y: unknown, path: readonly Json[]): gradus.Tensor {
  let found = y;
  for (const key of path) {
    found =
      typeof found === 'object' && found !== null ? Reflect.get(found, typeof key === 'number' ? String(key) : textOf(key)) : undefined;
  }
  if (found instanceof gradus.Tensor) return found;
  throw new Mismatch(`there is no output at ${JSON.stringify(path)}`);
}

export function replayLayer(c: Case): void {
  const calls = listOf(c.inputs['calls']).map((json) => {
    const { args = [], kwargs = {}, repeat = 1 } = recordOf(json);
    return { repeat: numberOf(repeat), ...callOf(textOf(c.config['class']), listOf(args), recordOf(kwargs)) };
  });
  const subject = subjectOf(c, calls[0]?.config);
  const [first] = calls;
  if (first) subject.apply(first.x, first.options.training === true ? { ...first.options, training: false } : first.options); // so that it has weights
  setWeights(listed(subject.layer), listOf(c.inputs['weights']));
  let y: unknown;
  for (const { repeat, x, options } of calls) for (let i = 0; i < repeat; i++) y = subject.apply(x, options);
  const { path = [], output, weight } = c.expected;
  if (output !== undefined) expectClose(at(grouped(y, c.config['args']), listOf(path)), output, c.tol, 'output');
  if (!isRecord(weight)) return;
  const name = lastPart(textOf(weight['name']));
  const found = listed(subject.layer).find((variable) => lastPart(variable.name) === name);
  if (!found) throw new Missing(`the weight ${name}`);
  expectClose(found.value, weight['value'], c.tol, name);
}

export function replayLayerShape(c: Case): void {
  const name = textOf(c.config['class']);
  const { input_shape: shapes, input_dtype: dtype = 'None', call_kwargs: kwargs = null } = c.inputs;
  const turned = isChannelsFirst(recordOf(c.config['args']));
  const zeros = (shape: Json | undefined): Json => ({
    dtype: dtype === 'None' ? 'float32' : (dtype ?? 'float32'),
    shape: numbersOf(shape),
    data: 0,
  });
  const inputs = isRecord(shapes)
    ? Object.values(shapes).map(zeros)
    : isList(shapes) && isList(shapes[0])
      ? [shapes.map(zeros)]
      : [zeros(shapes)];
  const call = callOf(name, inputs, recordOf(kwargs ?? {}));
  const subject = subjectOf(c, call.config);
  const y = subject.apply(call.x, call.options);
  const wanted = c.expected['output_shape'];
  const several = isList(wanted) && isList(wanted[0]);
  const found = several && isList(wanted) ? wanted.map((_, i) => at(y, [i]).shape) : at(y, []).shape;
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Mismatch(`output shape: ${JSON.stringify(found)} for ${JSON.stringify(wanted)}`);
  const counts = {
    num_trainable_weights: subject.layer.trainableVariables,
    num_non_trainable_weights: subject.layer.nonTrainableVariables,
  };
  const counted = new Set<Variable>(keptIn(subject.layer));
  for (const [key, variables] of Object.entries(counts)) {
    const { [key]: count = null } = c.expected;
    const own = variables.filter((variable) => counted.has(variable)).length;
    if (count !== null && own !== count)
      throw new Mismatch(`${key}: ${own} for ${JSON.stringify(count)}${turned ? ', channels first' : ''}`);
  }
}

/** The weights that Keras counts: random streams keep their seed elsewhere. */
const keptIn = (layer: AnyLayer): readonly Variable[] =>
  layer.weights.filter(({ name }) => name !== 'random' && !name.startsWith('state_'));

export function replayLayerGradient(c: Case): void {
  const name = textOf(c.config['class']);
  const inputs = listOf(c.inputs['inputs']).map((input) => new gradus.Variable(tensorOf(input)));
  const kwargs = recordOf(c.config['call_kwargs'] ?? {});
  const call = callOf(name, listOf(c.inputs['inputs']), kwargs);
  const subject = subjectOf(c, call.config);
  subject.apply(call.x, call.options.training === true ? { ...call.options, training: false } : call.options);
  setWeights(listed(subject.layer), listOf(c.inputs['weights']));
  const cotangent = tensorOf(c.inputs['cotangent']);
  const gradients = listOf(c.expected['grad_weights']);
  const names = gradients.map((gradient) => lastPart(textOf(recordOf(gradient)['name'])));
  const trained = listed(subject.layer).filter((_, i) => recordOf(listOf(c.inputs['weights'])[i])['trainable'] !== false);
  if (String(trained.map((variable) => lastPart(variable.name))) !== String(names)) {
    throw new Mismatch(
      `gradients are expected of ${names.join(', ')}, found ${trained.map((variable) => lastPart(variable.name)).join(', ')}`,
    );
  }
  const wrt = [...trained, ...inputs];
  const f = (): readonly [gradus.Tensor, gradus.Tensor] => {
    const y = at(subject.apply(placed(call, inputs), call.options), []);
    return [y.mul(cotangent).sum(), y];
  };
  const [[, y], found] = gradus.valueAndGrad(f, { wrt, aux: true })();
  expectClose(y, c.expected['output'], c.tol, 'output');
  for (const [i, gradient] of gradients.entries())
    expectClose(found[i] ?? y, recordOf(gradient)['value'], c.tol, `gradient of ${names[i]}`);
  for (const [i, gradient] of listOf(c.expected['grad_inputs']).entries()) {
    expectClose(found[trained.length + i] ?? y, gradient, c.tol, `gradient of input ${i}`);
  }
}

/** The call with the variables' values for its tensors, in their order. */
function placed({ x }: LayerCall, inputs: readonly Variable[]): unknown {
  const rest = [...inputs];
  const fill = (value: unknown): unknown => {
    if (value instanceof gradus.Tensor) return rest.shift()?.value;
    if (Array.isArray(value)) return value.map(fill);
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]))
      : value;
  };
  return fill(x);
}

export function replayStateful(c: Case): void {
  const subject = subjectOf(c);
  const x = tensorOf(c.inputs['x']);
  subject.apply(x, {});
  setWeights(listed(subject.layer), listOf(c.inputs['weights']));
  const reset = (): void => {
    const method: unknown = Reflect.get(subject.layer, 'resetState');
    if (typeof method !== 'function') throw new Missing('resetState');
    method.call(subject.layer);
  };
  reset();
  const outputs = listOf(c.inputs['calls']).flatMap((call) => {
    if (call === 'call') return [at(subject.apply(x, {}), [])];
    reset();
    return [];
  });
  for (const [i, wanted] of listOf(c.expected['outputs']).entries()) expectClose(outputs[i] ?? x, wanted, c.tol, `output ${i}`);
}

export function replayAdapt(c: Case): void {
  const layer = layerOf('Normalization', recordOf(c.config['args']));
  if (!(layer instanceof gradus.Normalization)) throw new Missing('Normalization');
  layer.adapt(tensorOf(c.inputs['adapt_data']));
  const y = layer.apply(tensorOf(c.inputs['x']));
  for (const name of ['mean', 'variance'] as const) {
    // Keras keeps the rank of the data, with sizes of 1.
    const found = layer[name]?.value;
    if (!found) throw new Mismatch(`there is no ${name}`);
    const { shape = [], ...rest } = recordOf(c.expected[name]);
    expectClose(found, { ...rest, shape: numbersOf(shape).length === 0 ? [] : found.shape }, c.tol, name);
  }
  expectClose(y, c.expected['output'], c.tol, 'output');
}
