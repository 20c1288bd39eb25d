/** Training that runs into NaN. */
import { expect, test, vi } from 'vitest';
import { Dense, Layer, Sequential, unbuilt } from '@gradus/nn';
import { full, tensor } from '@gradus/tensor';
import { TerminateOnNaN, Trainer } from '@gradus/train';
import type { Tensor, Variable } from '@gradus/tensor';

/** Its logarithm is NaN as soon as x is below 0. */
class Logarithm extends Layer {
  static override readonly className: string = 'Logarithm';
  override call(x: Tensor): Tensor {
    return x.log();
  }
}

/** Counts its calls in a weight that training does not change. */
class Counts extends Layer {
  static override readonly className: string = 'Counts';
  count: Variable = unbuilt;
  override build(): void {
    this.count = this.weight('count', [], { trainable: false });
  }
  override call(x: Tensor): Tensor {
    this.count.assign(this.count.value.add(1));
    return x;
  }
}

const x = tensor([[4], [3], [2], [-1], [1]]);
const rows = { x, y: full([5, 1], 1) };

function trainer(): Trainer<Sequential> {
  return new Trainer(new Sequential([new Counts(), new Logarithm(), new Dense(1)], { inputShape: [1] }), { loss: 'mse', optimizer: 'sgd' });
}

test('findNaN names the first operation that made NaN, with its numbers, types and line, and takes the step back', async () => {
  const one = trainer();
  const fit = one.fit(rows, { batchSize: 2, shuffle: false, verbose: 0, findNaN: true });
  await expect(fit).rejects.toThrow(
    /^epoch 1, batch 2: the loss is NaN: log: NaN in f32\[2, 1\] at \[1, 0\], from -1; .*not-finite\.test\.ts:\d+:\d+/,
  );
  // As after the first batch alone.
  const other = trainer();
  await other.fit({ x: x.slice('0:2'), y: rows.y.slice('0:2') }, { shuffle: false, verbose: 0 });
  expect(one.model.weights.map(({ value }) => value.toString())).toEqual(other.model.weights.map(({ value }) => value.toString()));
});

test('findNaN says where data is to blame', async () => {
  const bad = { x: tensor([[1], [NaN]]), y: full([2, 1], 1) };
  await expect(trainer().fit(bad, { shuffle: false, verbose: 0, findNaN: true })).rejects.toThrow(
    'batch 1: the loss is NaN: x holds NaN in row 1',
  );
});

test('findNaN finds what made infinity', async () => {
  const zero = { x: tensor([[0], [1]]), y: full([2, 1], 1) };
  await expect(trainer().fit(zero, { shuffle: false, verbose: 0, findNaN: true })).rejects.toThrow(
    /log: -Infinity in f32\[2, 1\] at \[0, 0\], from 0/,
  );
});

test('TerminateOnNaN stops at the batch that lost the loss, and tells of findNaN', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const history = await trainer().fit(rows, { batchSize: 2, epochs: 3, shuffle: false, verbose: 0, callbacks: [new TerminateOnNaN()] });
  expect(history.epochs).toEqual([0]);
  expect(warn.mock.calls[0]).toEqual(['Batch 1: Invalid loss, terminating training. fit with findNaN: true says where it comes from.']);
  warn.mockRestore();
  const raising = trainer().fit(rows, { batchSize: 2, shuffle: false, verbose: 0, callbacks: [new TerminateOnNaN({ raiseError: true })] });
  await expect(raising).rejects.toThrow('Batch 1: Invalid loss, terminating training');
});
