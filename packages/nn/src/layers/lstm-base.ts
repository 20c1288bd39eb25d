/** What both forms of the LSTM share: options, weights, and the loop over time. */
import { ArgumentError, bernoulli, concat, reverse, scan, ShapeError, showShape, where, zeros } from '@gradus/tensor';
import { activation, activationField } from '../activations.js';
import { constraint, constraintField } from '../constraints.js';
import { flag, number, required } from '../config.js';
import { initializer, initializerField } from '../initializer-names.js';
import { Layer } from '../layer.js';
import { isTensor } from '../masks.js';
import { regularizer, regularizerField } from '../regularizers.js';
import { lastOf } from '../shapes.js';
import { unbuilt } from '../weight.js';
import { layerFields } from './fields.js';
import { UnitForgetBias } from './unit-forget-bias.js';
import type { Shape, Tensor, Variable } from '@gradus/tensor';
import type { Activation, ActivationName } from '../activations.js';
import type { PartialShape } from '../any-layer.js';
import type { Fields } from '../config.js';
import type { ConstraintLike } from '../constraints.js';
import type { Context } from '../context.js';
import type { InitializerLike } from '../initializer-names.js';
import type { LayerOptions } from '../layer.js';
import type { RegularizerLike } from '../regularizers.js';
import type { Stream } from '../stream.js';

export interface LSTMOptions extends LayerOptions {
  /** Of the candidate and of the cell's output. @defaultValue 'tanh' */
  readonly activation?: ActivationName;
  /** Of the gates. @defaultValue 'sigmoid' */
  readonly recurrentActivation?: ActivationName;
  /** @defaultValue true */
  readonly useBias?: boolean;
  /** Whether the forget gate's bias starts at 1, so that cells remember at first. @defaultValue true */
  readonly unitForgetBias?: boolean;
  /** @defaultValue 'glorotUniform' */
  readonly kernelInitializer?: InitializerLike;
  /** @defaultValue 'orthogonal' */
  readonly recurrentInitializer?: InitializerLike;
  /** @defaultValue 'zeros' */
  readonly biasInitializer?: InitializerLike;
  readonly kernelRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly kernelConstraint?: ConstraintLike;
  readonly recurrentRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly recurrentConstraint?: ConstraintLike;
  readonly biasRegularizer?: RegularizerLike;
  /** What it is brought back to after every step. */
  readonly biasConstraint?: ConstraintLike;
  /** How many of the inputs are dropped in training, the same ones at every step. @defaultValue 0 */
  readonly dropout?: number;
  /** The same for the previous output. @defaultValue 0 */
  readonly recurrentDropout?: number;
  /** Whether the outputs of all steps come out, or of the last only. @defaultValue false */
  readonly returnSequences?: boolean;
  /** From the last step to the first; outputs come in the order in which they were made. @defaultValue false */
  readonly goBackwards?: boolean;
  /** What a masked step gives out: 0, or the previous output again. @defaultValue false */
  readonly zeroOutputForMask?: boolean;
}

export interface LSTMConfig extends LSTMOptions {
  readonly units: number;
}

export const lstmFields: Fields<LSTMConfig> = {
  ...layerFields,
  units: required(number),
  activation: activationField,
  recurrentActivation: activationField,
  useBias: flag,
  unitForgetBias: flag,
  kernelInitializer: initializerField,
  recurrentInitializer: initializerField,
  biasInitializer: initializerField,
  kernelRegularizer: regularizerField,
  kernelConstraint: constraintField,
  recurrentRegularizer: regularizerField,
  recurrentConstraint: constraintField,
  biasRegularizer: regularizerField,
  biasConstraint: constraintField,
  dropout: number,
  recurrentDropout: number,
  returnSequences: flag,
  goBackwards: flag,
  zeroOutputForMask: flag,
};

/** h: what the cells gave out, c: what they remember; both [n, units]. */
export type LSTMState = readonly [h: Tensor, c: Tensor];

export abstract class LSTMBase<Y> extends Layer<Tensor, Y> {
  protected readonly config: LSTMConfig;
  private readonly activation: Activation;
  private readonly recurrentActivation: Activation;
  private stream: Stream | undefined;
  kernel: Variable = unbuilt;
  recurrentKernel: Variable = unbuilt;
  bias: Variable | undefined;

  constructor(units: number, options: LSTMOptions = {}) {
    super(options);
    if (!Number.isInteger(units) || units < 1) throw new ArgumentError(`units: expected a whole number of at least 1, found ${units}`);
    const { dropout = 0, recurrentDropout = 0 } = options;
    for (const [name, rate] of Object.entries({ dropout, recurrentDropout })) {
      if (!(rate >= 0 && rate < 1)) throw new ArgumentError(`${name}: expected a number from 0 to below 1, found ${rate}`);
    }
    this.config = { units, ...options };
    this.activation = activation(options.activation ?? 'tanh');
    this.recurrentActivation = activation(options.recurrentActivation ?? 'sigmoid');
  }

  override build(inputShape: PartialShape): void {
    checkSteps(inputShape);
    const { units, useBias = true, unitForgetBias = true, dropout = 0, recurrentDropout = 0 } = this.config;
    const { kernelInitializer = 'glorotUniform', recurrentInitializer = 'orthogonal', biasInitializer = 'zeros' } = this.config;
    this.kernel = this.weight('kernel', [lastOf(inputShape), 4 * units], {
      initializer: initializer(kernelInitializer),
      regularizer: regularizer(this.config.kernelRegularizer),
      constraint: constraint(this.config.kernelConstraint),
    });
    this.recurrentKernel = this.weight('recurrent_kernel', [units, 4 * units], {
      initializer: initializer(recurrentInitializer),
      regularizer: regularizer(this.config.recurrentRegularizer),
      constraint: constraint(this.config.recurrentConstraint),
    });
    if (dropout > 0 || recurrentDropout > 0) this.stream = this.random();
    if (!useBias) return;
    const plain = initializer(biasInitializer);
    this.bias = this.weight('bias', [4 * units], {
      initializer: unitForgetBias ? new UnitForgetBias(plain) : plain,
      regularizer: regularizer(this.config.biasRegularizer),
      constraint: constraint(this.config.biasConstraint),
    });
  }

  /** All steps of x [n, t, features], from zeros or from `initial`: what comes out, and the last state. */
  run(x: Tensor, { training, mask }: Context, initial?: LSTMState): { readonly output: Tensor; readonly state: LSTMState } {
    checkSteps(x.shape);
    const { units, returnSequences = false, goBackwards = false, zeroOutputForMask = false } = this.config;
    const z = this.gatesOfInputs(x, training); // [t, n, 4 units]
    const recurrent = this.recurrence(x.shape[0] ?? 0, training);
    const step = ([h, c]: LSTMState, zt: Tensor): LSTMState => this.next(zt.add(recurrent(h)), c);
    const nothing = zeros([x.shape[0] ?? 0, units], z.dtype);
    const start: LSTMState = initial ?? [nothing, nothing];
    const order = { reverse: goBackwards };
    const kept = isTensor(mask) ? stepMask(x, mask) : undefined; // [t, n, 1]
    const [state, outputs] = kept
      ? scan<LSTMState, readonly [Tensor, Tensor], readonly Tensor[]>(
          (before, [zt, counts]) => {
            const [h, c] = step(before, zt);
            const after: LSTMState = [where(counts, h, before[0]), where(counts, c, before[1])];
            return [after, returnSequences ? [zeroOutputForMask ? where(counts, h, 0) : after[0]] : []];
          },
          start,
          [z, kept],
          order,
        )
      : scan<LSTMState, Tensor, readonly Tensor[]>(
          (before, zt) => {
            const after = step(before, zt);
            return [after, returnSequences ? [after[0]] : []];
          },
          start,
          z,
          order,
        );
    const [all] = outputs;
    if (all) return { output: (goBackwards ? reverse(all, 0) : all).transpose([1, 0, 2]), state }; // [n, t, units]
    const counts = kept && zeroOutputForMask ? kept.slice(goBackwards ? 0 : -1) : undefined;
    return { output: counts ? where(counts, state[0], 0) : state[0], state };
  }

  /** c' = f c + i g, h' = o tanh(c'), from the four gates' sums z = [i, f, g, o]. */
  private next(z: Tensor, c: Tensor): LSTMState {
    const [i, f, g, o] = z.split(4, -1);
    const remembered = this.recurrentActivation(f)
      .mul(c)
      .add(this.recurrentActivation(i).mul(this.activation(g)));
    return [this.recurrentActivation(o).mul(this.activation(remembered)), remembered];
  }

  /** x w + b for all steps at once, time first: [n, t, f] -> [t, n, 4 units]. */
  private gatesOfInputs(x: Tensor, training: boolean): Tensor {
    const { dropout = 0, recurrentDropout = 0 } = this.config;
    const steps = x.transpose([1, 0, 2]); // [t, n, f]
    const gate = [x.shape[0] ?? 0, x.shape[2] ?? 0];
    const z = dropped(steps, this.kernel.value, this.masks(training ? dropout : 0, recurrentDropout > 0 ? 4 : 1, gate));
    return this.bias ? z.add(this.bias.value) : z;
  }

  /** h -> h r, with the same units dropped at every step. */
  private recurrence(n: number, training: boolean): (h: Tensor) => Tensor {
    const { units, recurrentDropout = 0 } = this.config;
    const masks = this.masks(training ? recurrentDropout : 0, 4, [n, units]);
    const kernel = this.recurrentKernel.value;
    return (h) => dropped(h, kernel, masks);
  }

  /** Inverted dropout: `count` masks of zeros and 1 / (1 - rate); none for rate 0. */
  private masks(rate: number, count: number, shape: Shape): readonly Tensor[] {
    if (rate === 0 || !this.stream) return [];
    const { key, counter } = this.stream.next();
    const kept = bernoulli(key, 1 - rate, [count, ...shape], { counter }).cast('float32');
    return Array.from({ length: count }, (_, i) => kept.slice(i).div(1 - rate));
  }
}

/** x w: with one mask of x for all gates, one for each, or none. */
function dropped(x: Tensor, w: Tensor, masks: readonly Tensor[]): Tensor {
  const [first, ...others] = masks;
  if (!first) return x.matmul(w);
  if (others.length === 0) return x.mul(first).matmul(w);
  const gates = w.split(masks.map(() => (w.shape[1] ?? 0) / masks.length), -1); // prettier-ignore
  return concat(gates.map((gate, i) => x.mul(masks[i] ?? first).matmul(gate)), -1); // prettier-ignore
}

function checkSteps(shape: PartialShape): void {
  if (shape.length !== 3) throw new ShapeError(`LSTM: expected x [n, steps, features], found ${showShape(shape)}`);
}

/** [n, t] -> [t, n, 1]. */
function stepMask(x: Tensor, mask: Tensor): Tensor {
  const fits = mask.rank === 2 && mask.shape[0] === x.shape[0] && mask.shape[1] === x.shape[1];
  if (fits) return mask.transpose().expandDims(-1);
  throw new ShapeError(`LSTM: expected a mask [n, steps] for x ${showShape(x.shape)}, found ${showShape(mask.shape)}`);
}
