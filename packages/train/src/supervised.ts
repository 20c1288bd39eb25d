/** The compiled steps of supervised training: forward, loss, backward, update and metrics as one program a shape. */
import { valueAndGrad } from '@gradus/autograd';
import { Context, layersUnder, weightsUnder } from '@gradus/nn';
import { ArgumentError, jit } from '@gradus/tensor';
import { batchesOf } from './data/batches.js';
import type { Layer, Optimizer } from '@gradus/nn';
import type { Jitted, Variable } from '@gradus/tensor';
import type { Batch } from './data/batches.js';
import type { Objective } from './objective.js';

/** `frozen` names the layers that do not train: a fixed value, so that freezing one makes another program. */
type Step = Jitted<readonly [batch: Batch, frozen: string], void>;

export class Supervised {
  private readonly model: Layer<never, unknown>;
  private readonly optimizer: Optimizer;
  private readonly objective: Objective;
  private readonly trainStep: Step;
  private readonly testStep: Step;
  private readonly forward: Jitted<readonly [x: unknown], unknown>;

  constructor(model: Layer<never, unknown>, optimizer: Optimizer, objective: Objective) {
    this.model = model;
    this.optimizer = optimizer;
    this.objective = objective;
    this.trainStep = jit((batch: Batch, _frozen: string) => this.trainOn(batch), { name: 'trainStep' });
    this.testStep = jit((batch: Batch, _frozen: string) => this.testOn(batch), { name: 'testStep' });
    this.forward = jit((x: unknown) => run(model, x, new Context()), { name: 'predict' });
  }

  /** One step of the optimizer; metrics see the predictions from before it. */
  train(batch: Batch): void {
    this.trainStep(batch, this.frozen());
  }

  /** Loss and metrics of a batch, without training. */
  test(batch: Batch): void {
    this.testStep(batch, this.frozen());
  }

  predict(x: unknown): unknown {
    return this.forward(x);
  }

  /** Runs the model on the types of the first batch, so that every weight exists before the first step is traced. */
  prepare(all: Batch, batchSize: number): void {
    const [first] = batchesOf(all, 0, { batchSize, seed: undefined });
    if (first) this.forward.prepare(first.x);
    if (this.variables().length === 0) throw new ArgumentError('fit: the model has no weights to train');
  }

  private frozen(): string {
    return layersUnder(this.model)
      .filter(({ layer }) => !layer.trainable)
      .map(({ path }) => path)
      .join(' ');
  }

  private variables(): readonly Variable[] {
    return weightsUnder(this.model).flatMap(({ weight, layer }) => (weight.trainable && layer.trainable ? [weight.variable] : []));
  }

  private trainOn(batch: Batch): void {
    const variables = this.variables();
    const context = new Context({ training: true });
    const [[, { yPred, ...losses }], gradients] = valueAndGrad(
      () => {
        const predicted = run(this.model, batch.x, context);
        const found = this.objective.lossOf(this.model, batch, predicted, context);
        return [found.total, { yPred: predicted, ...found }] as const;
      },
      { wrt: variables, aux: true },
    )();
    this.optimizer.apply(gradients, variables);
    this.objective.update(batch, yPred, losses, context);
  }

  private testOn(batch: Batch): void {
    const context = new Context();
    const yPred = run(this.model, batch.x, context);
    this.objective.update(batch, yPred, this.objective.lossOf(this.model, batch, yPred, context), context);
  }
}

// What a model takes is checked where it is called; here it is only known that it takes something.
function run(model: { apply(x: never, context: Context): unknown }, x: unknown, context: Context): unknown;
function run(model: { apply(x: unknown, context: Context): unknown }, x: unknown, context: Context): unknown {
  return model.apply(x, context);
}
