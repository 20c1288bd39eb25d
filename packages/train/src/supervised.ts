/** The compiled steps of supervised training: forward, loss, backward, update and metrics as one program a shape. */
import { valueAndGrad } from '@gradus/autograd';
import { apply, Context } from '@gradus/nn';
import { ArgumentError, jit } from '@gradus/tensor';
import { constrain, frozenIn, slotsOf, trainableIn, weightsOf } from './models.js';
import type { AnyLayer, Optimizer } from '@gradus/nn';
import type { Jitted, Tensor, Variable } from '@gradus/tensor';
import type { Recipe } from './callback.js';
import type { AnyBatch } from './data/batches.js';
import type { Objective } from './objective.js';
import type { Models, Task } from './task.js';

/** `frozen` names the layers that do not train: a fixed value, so that freezing one makes another program. */
type Step = Jitted<readonly [batch: AnyBatch, frozen: string], void>;

export class Supervised implements Task {
  readonly models: Models;
  readonly optimizers: readonly Optimizer[];
  readonly recipe: Recipe;
  private readonly model: AnyLayer;
  private readonly optimizer: Optimizer;
  private readonly objective: Objective;
  private readonly trainStep: Step;
  private readonly testStep: Step;
  private readonly forward: Jitted<readonly [x: unknown], unknown>;
  /** Settled when a pass begins. */
  private frozen: string = '';

  constructor(model: AnyLayer, optimizer: Optimizer, objective: Objective) {
    this.models = new Map([['', model]]);
    this.optimizers = [optimizer];
    this.recipe = { optimizer, objective: objective.options };
    this.model = model;
    this.optimizer = optimizer;
    this.objective = objective;
    this.trainStep = jit((batch: AnyBatch, _frozen: string) => this.trainOn(batch), { name: 'trainStep' });
    this.testStep = jit((batch: AnyBatch, _frozen: string) => this.testOn(batch), { name: 'testStep' });
    this.forward = jit((x: unknown) => apply(model, x, { training: false }), { name: 'predict' });
  }

  prepare(batch: AnyBatch): void {
    // The weights first: what a step differentiates must be there when its trace begins.
    this.forward.prepare(batch.x);
    if (trainableIn(this.models).length === 0) throw new ArgumentError('fit: the model has no weights to train');
    this.frozen = frozenIn(this.models);
    this.trainStep.prepare(batch, this.frozen);
  }

  check({ y }: AnyBatch): void {
    this.objective.check(y);
  }

  train(batch: AnyBatch): void {
    this.trainStep(batch, this.frozen);
  }

  test(batch: AnyBatch): void {
    this.testStep(batch, this.frozen);
  }

  predict(x: unknown): unknown {
    return this.forward(x);
  }

  get steps(): Task['steps'] {
    return { train: this.trainStep, test: this.testStep, predict: this.forward };
  }
  logs(): Record<string, number> {
    return this.objective.logs();
  }
  reset(): void {
    this.frozen = frozenIn(this.models);
    this.objective.reset();
  }
  directionOf(key: string): 'up' | 'down' | undefined {
    return this.objective.directionOf(key);
  }

  variables(): ReadonlyMap<string, Variable> {
    const weights = [...this.weights()].map(([path, variable]) => [`model/${path}`, variable] as const);
    const metrics = this.objective.variables().map(([path, variable]) => [`metrics/${path}`, variable] as const);
    return new Map([...weights, ...slotsOf(this.optimizer, this.models, 'optimizer'), ...metrics]);
  }
  weights(): ReadonlyMap<string, Variable> {
    return weightsOf(this.models);
  }
  close(): void {
    this.trainStep.close();
    this.testStep.close();
    this.forward.close();
  }

  private trainOn(batch: AnyBatch): void {
    const variables = trainableIn(this.models);
    const context = new Context({ training: true });
    const [[, { yPred, ...losses }], gradients] = valueAndGrad(
      () => {
        const predicted = apply(this.model, batch.x, context);
        const found = this.objective.lossOf(this.model, batch, predicted, context);
        return [scaled(found.total, this.optimizer.lossScale), { yPred: predicted, ...found }] as const;
      },
      { wrt: variables, aux: true },
    )();
    this.optimizer.apply(gradients, variables);
    constrain(this.models);
    this.objective.update(batch, yPred, losses, context);
  }

  private testOn(batch: AnyBatch): void {
    const context = new Context({ training: false });
    const yPred = apply(this.model, batch.x, context);
    this.objective.update(batch, yPred, this.objective.lossOf(this.model, batch, yPred, context), context);
  }
}

function scaled(loss: Tensor, by: number | Tensor): Tensor {
  return by === 1 ? loss : loss.mul(by);
}
