/** What all recurrent layers share: the loop over time, masks, states that stay, and what comes out. */
import { ArgumentError, bernoulli, concat, reverse, scan, ShapeError, showShape, where, zeros } from '@gradus/tensor';
import { flag } from '../config.js';
import { zeros as zeroInitializer } from '../initializers.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { layerFields } from './fields.js';
import type { Shape, Tensor, Variable } from '@gradus/tensor';
import type { PartialShape } from '../any-layer.js';
import type { Fields } from '../config.js';
import type { Context } from '../context.js';
import type { LayerOptions } from '../layer.js';
import type { Stream } from '../stream.js';
import type { Masks, Shapes } from '../symbolic.js';

/** A sequence [n, t, ...], alone or with the states to begin with. */
export type Sequence = Tensor | { readonly x: Tensor; readonly initialState: readonly Tensor[] };

export interface RecurrentOptions extends LayerOptions {
  /** Whether the outputs of all steps come out, or of the last only. @defaultValue false */
  readonly returnSequences?: boolean;
  /** From the last step to the first; outputs come in the order in which they were made. @defaultValue false */
  readonly goBackwards?: boolean;
  /** Whether a batch begins with the states that the one before it ended with; `resetState` makes them 0. @defaultValue false */
  readonly stateful?: boolean;
  /** What a masked step gives out: 0, or the previous output again. @defaultValue false */
  readonly zeroOutputForMask?: boolean;
}

export const recurrentFields: Fields<RecurrentOptions> = {
  ...layerFields,
  returnSequences: flag,
  goBackwards: flag,
  stateful: flag,
  zeroOutputForMask: flag,
};

/** One step: what comes out, and the states behind it. */
export interface Step {
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

/** What is done once for all steps, time first, and the step itself. */
export interface Unrolled {
  /** [t, n, ...] */
  readonly inputs: Tensor;
  step(input: Tensor, states: readonly Tensor[]): Step;
}

export interface Result {
  readonly output: Tensor;
  readonly states: readonly Tensor[];
}

export abstract class Recurrent<Y> extends Layer<Sequence, Y> {
  private readonly options: RecurrentOptions;
  private kept: readonly Variable[] = [];

  constructor(options: RecurrentOptions) {
    super(options);
    this.options = options;
  }

  /** The shape of each state, without the batch axis, for inputs like x. */
  abstract stateShapes(x: Tensor): readonly Shape[];
  abstract unroll(x: Tensor, context: Context): Unrolled;
  /** The same layer with weights of its own, in the other direction. */
  abstract mirrored(): Recurrent<Y>;
  /** Makes the weights for sequences of this shape. */
  protected abstract buildSteps(inputShape: PartialShape): void;
  abstract override call(x: Sequence, context: Context): Y;

  override build(shape: Shapes<Sequence>): void {
    const inputShape = isShape(shape) ? shape : shape.x;
    checkSteps(this.className, inputShape);
    this.buildSteps(inputShape);
  }

  get goesBackwards(): boolean {
    return this.options.goBackwards ?? false;
  }
  get givesSequences(): boolean {
    return this.options.returnSequences ?? false;
  }

  /** Makes the states that stay between batches 0. */
  resetState(): void {
    for (const state of this.kept) state.assign(zeros(state.shape, state.dtype));
  }

  protected stepMask(mask: Masks<Sequence> | undefined): Tensor | undefined {
    return isTensor(mask) ? mask : mask?.x;
  }

  /** All steps of x: what comes out, and the last states. */
  run(input: Sequence, context: Context): Result {
    const [x, given] = isTensor(input) ? [input, undefined] : [input.x, input.initialState];
    checkSteps(this.className, x.shape);
    const unrolled = this.unroll(x, context);
    const first = given ?? this.begin(x);
    const shapes = this.stateShapes(x);
    if (first.length !== shapes.length) {
      throw new ArgumentError(`initialState: ${this.className} has ${shapes.length} states, found ${first.length}`);
    }
    const mask: unknown = isTensor(input) || isTensor(context.mask) ? context.mask : maskOfX(context.mask);
    const result = isTensor(mask) ? this.masked(unrolled, first, stepsOf(this.className, x, mask)) : this.plain(unrolled, first);
    for (const [i, state] of this.kept.entries()) state.assign(result.states[i]?.stopGradient() ?? state.value);
    return result;
  }

  private plain({ inputs, step }: Unrolled, first: readonly Tensor[]): Result {
    const { returnSequences = false } = this.options;
    // The last output is carried along where it is wanted and no state is it.
    const carries = !returnSequences && !this.outputIsState;
    const start = carries ? [...first, zeros(step(inputs.slice(0), first).output.shape, inputs.dtype)] : first;
    const [last, outputs] = scan<readonly Tensor[], Tensor, readonly Tensor[]>(
      (before, xt) => {
        const { output, states } = step(xt, before.slice(0, first.length));
        return [carries ? [...states, output] : states, returnSequences ? [output] : []];
      },
      start,
      inputs,
      { reverse: this.goesBackwards },
    );
    const [all] = outputs;
    const output = all ? this.inOrder(all) : last[carries ? first.length : 0];
    return { output: output ?? inputs, states: last.slice(0, first.length) };
  }

  /** Whether what comes out of a step is its first state. */
  protected readonly outputIsState: boolean = true;

  /** A step that does not count leaves the states, and gives out what the one before it gave, or 0. */
  private masked({ inputs, step }: Unrolled, first: readonly Tensor[], counts: Tensor): Result {
    const { returnSequences = false, zeroOutputForMask = false } = this.options;
    // Before the first step that counts the first state comes out, where states are what comes out.
    const nothing = (this.outputIsState ? first[0] : undefined) ?? zeros(step(inputs.slice(0), first).output.shape, inputs.dtype);
    const [last, outputs] = scan<readonly Tensor[], readonly [Tensor, Tensor], readonly Tensor[]>(
      (before, [xt, count]) => {
        const states = before.slice(0, -1);
        const { output, states: after } = step(xt, states);
        const held = where(count, output, before[before.length - 1] ?? output);
        const shown = zeroOutputForMask ? where(count, output, 0) : held;
        return [
          [...after.map((state, i) => where(count, state, states[i] ?? state)), zeroOutputForMask ? shown : held],
          returnSequences ? [shown] : [],
        ];
      },
      [...first, nothing],
      [inputs, counts],
      { reverse: this.goesBackwards },
    );
    const [all] = outputs;
    const output = last[last.length - 1] ?? nothing;
    return { output: all ? this.inOrder(all) : output, states: last.slice(0, -1) };
  }

  /** [t, n, ...] to [n, t, ...], in the order in which the steps were made. */
  private inOrder(outputs: Tensor): Tensor {
    const made = this.goesBackwards ? reverse(outputs, 0) : outputs;
    return made.transpose([1, 0, ...made.shape.map((_, i) => i).slice(2)]);
  }

  private begin(x: Tensor): readonly Tensor[] {
    const n = x.shape[0] ?? 0;
    const shapes = this.stateShapes(x).map((shape) => [n, ...shape]);
    const dtype = x.dtype === 'float64' ? 'float64' : 'float32';
    if (this.options.stateful !== true) return shapes.map((shape) => zeros(shape, dtype));
    if (this.kept.some(({ shape }, i) => String(shape) !== String(shapes[i])) || this.kept.length === 0) this.keep(shapes);
    return this.kept.map(({ value }) => value);
  }

  /** Batches of another size begin anew. */
  private keep(shapes: readonly Shape[]): void {
    const rest = this.ownWeights.filter(({ variable }) => !this.kept.includes(variable));
    this.ownWeights.splice(0, Infinity, ...rest);
    this.kept = shapes.map((shape, i) => this.weight(`state_${i}`, shape, { initializer: zeroInitializer, trainable: false }));
  }
}

function isShape(shape: Shapes<Sequence>): shape is PartialShape {
  return Array.isArray(shape);
}

function maskOfX(mask: unknown): unknown {
  return typeof mask === 'object' && mask !== null ? Reflect.get(mask, 'x') : undefined;
}

function checkSteps(layer: string, shape: PartialShape): void {
  if (shape.length < 3) throw new ShapeError(`${layer}: expected x [n, steps, features], found ${showShape(shape)}`);
}

/** [n, t] -> [t, n, 1, ...], as many axes as a step's state has. */
function stepsOf(layer: string, x: Tensor, mask: Tensor): Tensor {
  const fits = mask.rank === 2 && mask.shape[0] === x.shape[0] && mask.shape[1] === x.shape[1];
  if (!fits) throw new ShapeError(`${layer}: expected a mask [n, steps] for x ${showShape(x.shape)}, found ${showShape(mask.shape)}`);
  const [n = 0, t = 0] = mask.shape;
  return mask.transpose().reshape([t, n, ...x.shape.slice(2).map(() => 1)]);
}

/** Inverted dropout: `count` masks of zeros and 1 / (1 - rate), the same at every step; none for rate 0. */
export function dropMasks(stream: Stream | undefined, rate: number, count: number, shape: Shape): readonly Tensor[] {
  if (rate === 0 || !stream) return [];
  const { key, counter } = stream.next();
  const kept = bernoulli(key, 1 - rate, [count, ...shape], { counter }).cast('float32');
  return Array.from({ length: count }, (_, i) => kept.slice(i).div(1 - rate));
}

/** x w: with one mask of x for all gates, one for each, or none. */
export function dropped(x: Tensor, w: Tensor, masks: readonly Tensor[]): Tensor {
  const [first, ...others] = masks;
  if (!first) return x.matmul(w);
  if (others.length === 0) return x.mul(first).matmul(w);
  const gates = w.split(masks.map(() => (w.shape[1] ?? 0) / masks.length), -1); // prettier-ignore
  return concat(gates.map((gate, i) => x.mul(masks[i] ?? first).matmul(gate)), -1); // prettier-ignore
}

/** Refuses shares that are no part of 1. */
export function checkRates(rates: { readonly [name: string]: number }): void {
  for (const [name, rate] of Object.entries(rates)) {
    if (!(rate >= 0 && rate < 1)) throw new ArgumentError(`${name}: expected a number from 0 to below 1, found ${rate}`);
  }
}
