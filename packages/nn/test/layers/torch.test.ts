import { tensor } from '@gradus/tensor';
import { valueAndGrad } from '@gradus/autograd';
import { expect, test } from 'vitest';
import { Conv2D, Dense, Flatten, LSTM, MaxPooling2D } from '../../src/layers/index.js';
import { snakeCase, weightsUnder } from '../../src/paths.js';
import { Sequential } from '../../src/sequential.js';
import { expectClose, fixture, listOf } from './fixture.js';
import type { NestedValues, Tensor } from '@gradus/tensor';

interface TorchCase {
  readonly name: string;
  readonly inputs: NestedValues;
  readonly targets: NestedValues;
  readonly weights: Readonly<Record<string, NestedValues>>;
  readonly output: NestedValues;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, NestedValues>>;
  readonly inputGradient: NestedValues;
  readonly sequence?: NestedValues;
}

const { cases } = fixture<{ readonly cases: readonly TorchCase[] }>('torch-models.json');

function convolutional(): Sequential {
  return new Sequential([
    new Conv2D(4, 3, { activation: 'relu', name: 'conv1' }),
    new MaxPooling2D(2),
    new Conv2D(3, 3, { padding: 'same', strides: 2, activation: 'relu', name: 'conv2' }),
    new Flatten(),
    new Dense(4, { name: 'dense' }),
  ]);
}

function perceptron(): Sequential {
  return new Sequential([
    new Dense(16, { activation: 'relu', name: 'dense1' }),
    new Dense(8, { activation: 'relu', name: 'dense2' }),
    new Dense(5, { activation: 'softmax', name: 'dense3' }),
  ]);
}

function recurrent(): Sequential {
  return new Sequential([new LSTM(5, { name: 'lstm' }), new Dense(2, { name: 'dense' })]);
}

function modelOf(name: string): Sequential {
  return name === 'perceptron' ? perceptron() : name === 'lstm' ? recurrent() : convolutional();
}

function lossOf({ name, targets }: TorchCase, y: Tensor): Tensor {
  if (name === 'lstm') return y.sub(tensor(targets)).square().mean();
  if (name !== 'perceptron') return y.logSoftmax().mul(tensor(targets)).sum(-1).mean().neg();
  const classes = listOf(targets).map((label) => [0, 1, 2, 3, 4].map((k) => Number(k === label)));
  return y.log().mul(tensor(classes)).sum(-1).mean().neg();
}

for (const given of cases) {
  test(`${given.name}: output, loss and every gradient are those of torch`, () => {
    const model = modelOf(given.name);
    const x = tensor(given.inputs);
    model.apply(x);
    const weights = new Map(weightsUnder(model).map(({ path, weight }) => [path, weight.variable]));
    const places = Object.keys(given.weights).map((name) => [name, name.split('.').map(snakeCase).join('/')] as const);
    expect([...weights.keys()].toSorted()).toEqual(places.map(([, path]) => path).toSorted());
    for (const [name, path] of places) weights.get(path)?.assign(tensor(given.weights[name] ?? 0));
    expectClose(model.predict(x), given.output, 1e-5);

    const variables = model.trainableVariables;
    const [loss, gradients] = valueAndGrad((input: Tensor) => lossOf(given, model.apply(input, { training: true })), { wrt: variables })(x);
    expectClose(loss, given.loss, 1e-5);
    for (const [name, path] of places) {
      const at = variables.findIndex((variable) => variable === weights.get(path));
      expectClose(gradients[at], given.gradients[name] ?? NaN, 1e-5);
    }
    const [, dx] = valueAndGrad((input: Tensor) => lossOf(given, model.apply(input)))(x);
    expectClose(dx, given.inputGradient, 1e-5);
  });
}
