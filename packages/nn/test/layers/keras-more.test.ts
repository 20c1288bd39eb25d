import { expect, test } from 'vitest';
import { valueAndGrad } from '@gradus/autograd';
import { jit, tensor, Variable } from '@gradus/tensor';
import {
  BatchNormalization,
  Cell,
  LSTM,
  Maximum,
  Minimum,
  Multiply,
  RandomGrayscale,
  RandomInvert,
  RNN,
  StackedRNNCells,
} from '@gradus/nn';
import { apply } from '../../src/apply.js';
import { builtInLayers } from '../../src/layers/index.js';
import { isTensor } from '../../src/masks.js';
import { weightsUnder } from '../../src/paths.js';
import { layerFrom, registryOf } from '../../src/registry.js';
import { expectClose } from '../rare.js';
import { fixture } from './fixture.js';
import type { NestedValues, Tensor } from '@gradus/tensor';
import type { CellInput, Step } from '@gradus/nn';
import type { AnyLayer } from '../../src/any-layer.js';
import type { Config, Json } from '../../src/config.js';

interface Case {
  readonly layer: string;
  readonly config: Config;
  readonly note?: string;
  readonly inputs: readonly NestedValues[];
  readonly weights: readonly NestedValues[];
  readonly mask?: NestedValues;
  readonly initialState?: readonly NestedValues[];
  readonly expected: readonly NestedValues[];
  readonly cotangents: readonly NestedValues[];
  readonly gradients: readonly NestedValues[];
  readonly inputGradients: readonly NestedValues[];
}

interface RenormCase {
  readonly config: Config;
  readonly weights: readonly NestedValues[];
  readonly calls: readonly { readonly inputs: NestedValues; readonly expected: NestedValues; readonly weights: readonly NestedValues[] }[];
}

const { layers, renorm }: { readonly layers: readonly Case[]; readonly renorm: readonly RenormCase[] } = fixture('keras-more-layers.json');
const registry = registryOf(builtInLayers);

const attention = new Set(['AdditiveAttention', 'Attention', 'GroupQueryAttention', 'MultiHeadAttention']);
const words: Readonly<Record<string, string>> = { hard_sigmoid: 'hardSigmoid' };

function layerOf({ layer, config: { returnState, ...config } }: Case): AnyLayer {
  const options = Object.fromEntries(
    Object.entries(config).map(([key, value]): [string, Json] => [key, typeof value === 'string' ? (words[value] ?? value) : value]),
  );
  return layerFrom({ className: returnState === true ? `${layer}WithState` : layer, config: options }, registry);
}

/** Queries, values and keys. */
function named([query, value, key]: readonly Tensor[]): Readonly<Record<string, Tensor | undefined>> {
  return { query, value, ...(key ? { key } : {}) };
}

function maskOf({ mask, initialState }: Case, isAttention: boolean): { readonly mask?: unknown } {
  if (mask === undefined) return {};
  if (isAttention && Array.isArray(mask)) return { mask: { query: tensor(mask[0]), value: tensor(mask[1]) } };
  return { mask: initialState ? { x: tensor(mask) } : tensor(mask) };
}

const listOf = (y: unknown): readonly Tensor[] => (isTensor(y) ? [y] : Array.isArray(y) ? y.filter(isTensor) : []);

test.each(layers.map((c, i) => [`${i} ${c.layer} ${JSON.stringify(c.config)} ${c.note ?? ''}`, c] as const))(
  '%s gives what Keras gives, its gradients too, compiled too',
  (_, c) => {
    const made = layerOf(c);
    const layer = layerFrom({ className: made.className, config: made.toConfig() }, registry); // through a file
    const inputs = c.inputs.map((x) => new Variable(tensor(x)));
    const states = c.initialState?.map((state) => tensor(state));
    const isAttention = attention.has(c.layer);
    const mask = maskOf(c, isAttention);
    const run = (): readonly Tensor[] => {
      const [x, ...others] = inputs.map(({ value }) => value);
      if (isAttention) return listOf(apply(layer, named(inputs.map(({ value }) => value)), mask));
      return listOf(apply(layer, states ? { x, initialState: states } : others.length > 0 ? [x, ...others] : x, mask));
    };
    run(); // makes the weights
    const weights = weightsUnder(layer).map(({ weight }) => weight.variable);
    for (const [i, variable] of weights.entries()) variable.assign(tensor(c.weights[i] ?? []));
    expect(weights.length).toBe(c.weights.length);
    const pulled = valueAndGrad(
      () => {
        const outputs = run();
        const [first, ...rest] = outputs.map((y, i) => y.mul(tensor(c.cotangents[i] ?? 0)).sum());
        if (!first) throw new Error('no output');
        return [rest.reduce((total, part) => total.add(part), first), outputs] as const;
      },
      { wrt: [...weights, ...inputs], aux: true },
    );
    for (const [name, step] of [
      ['eager', pulled],
      ['compiled', jit(pulled)],
    ] as const) {
      // prettier-ignore
      const [[, outputs], gradients] = step();
      expect(outputs.length, name).toBe(c.expected.length);
      for (const [i, y] of outputs.entries()) expectClose(y, c.expected[i] ?? [], `${name}: output ${i}`, 1e-5);
      for (const [i, wanted] of [...c.gradients, ...c.inputGradients].entries()) {
        const found = gradients[i];
        if (!found) throw new Error(`no gradient ${i}`);
        expectClose(found, wanted, `${name}: gradient ${i}`, 4e-5);
      }
    }
  },
);

test('masked inputs are left out of products and extremes, and where all are the first one stands, or 0', () => {
  const xs = [tensor([[[4, 6], [4, 6]]]), tensor([[[5, 5], [5, 5]]])]; // prettier-ignore
  const masks = [tensor([[false, false]], 'bool'), tensor([[true, false]], 'bool')];
  const values = [new Maximum(), new Minimum(), new Multiply()].map((layer) => layer.apply(xs, { mask: masks }).toArray(3)[0]);
  expect(values).toEqual([[[5, 5], [4, 6]], [[5, 5], [4, 6]], [[5, 5], [0, 0]]]); // prettier-ignore
});

test('a stateful layer goes on where the batch before it ended, until it is reset', () => {
  const options = { returnSequences: true, stateful: true } as const;
  const layer = new LSTM(2, options);
  const x = tensor([[[1], [2], [3], [4]]]);
  const whole = layer.apply(x);
  layer.resetState();
  const parts = [layer.apply(x.slice(':', ':2')), layer.apply(x.slice(':', '2:'))];
  expect(parts.flatMap((part) => part.toArray(3)[0])).toEqual(whole.toArray(3)[0]);
});

/** h <- h + x: a running sum. */
class Total extends Cell {
  static override readonly className: string = 'Total';
  readonly stateShapes: readonly (readonly number[])[] = [[1]];
  override call({ x, states: [h = x] }: CellInput): Step {
    const next = h.add(x);
    return { output: next.mul(10), states: [next] };
  }
  override toConfig(): Config {
    return {};
  }
  static fromConfig(): Total {
    return new Total();
  }
}

test('a cell of one own is run over the steps, alone and stacked, and gives outputs that are no state', () => {
  const x = tensor([[[1], [2], [3]]]);
  expect(new RNN(new Total(), { returnSequences: true }).apply(x).toArray(3)).toEqual([[[10], [30], [60]]]);
  expect(new RNN(new Total()).apply(x).toArray(2)).toEqual([[60]]);
  const stacked = new StackedRNNCells([new Total(), new Total()]);
  expect(new RNN(stacked, { returnSequences: true }).apply(x).toArray(3)).toEqual([[[100], [400], [1000]]]);
  expect(new RNN(new Total()).apply(x, { mask: tensor([[true, true, false]], 'bool') }).toArray(2)).toEqual([[30]]);
  expect(new RNN(new Total()).mirrored().goesBackwards).toBe(true);
});

test.each(renorm.map((c) => [JSON.stringify(c.config), c] as const))(
  'batch renormalization is that of Keras, call after call: %s',
  (_, c) => {
    const layer = BatchNormalization.fromConfig(c.config, registry);
    layer.apply(tensor([[0, 0, 0]]));
    for (const [i, variable] of layer.weights.entries()) variable.assign(tensor(c.weights[i] ?? []));
    for (const { inputs, expected, weights } of c.calls) {
      expectClose(layer.apply(tensor(inputs), { training: true }), expected, 'output', 1e-5);
      for (const [i, variable] of layer.weights.entries()) expectClose(variable.value, weights[i] ?? [], variable.name, 1e-5);
    }
  },
);

test('images lose their colours, or become their negatives', () => {
  const x = tensor([[[[100, 50, 0]]], [[[0, 0, 250]]]]);
  const gray = new RandomGrayscale(1).apply(x, { training: true }).toArray(4).flat(3);
  expectClose(tensor(gray), [59.25, 59.25, 59.25, 28.5, 28.5, 28.5], 'gray');
  expect(new RandomInvert([1, 1]).apply(x, { training: true }).toArray(4).flat(3)).toEqual([155, 205, 255, 255, 255, 5]);
  expect(new RandomInvert(0).apply(x, { training: true }).toArray(4)).toEqual(x.toArray(4));
  expect(new RandomGrayscale(1).apply(x, { training: false }).toArray(4)).toEqual(x.toArray(4));
  expect(() => new RandomGrayscale(2)).toThrow('factor: expected a number from 0 to 1, found 2');
  expect(() => new RandomGrayscale().apply(tensor([[[[1]]]]))).toThrow('expected three channels');
});
