/** Walking arrays, lists, functions and generators, epoch after epoch. */
import { expect, test } from 'vitest';
import { arange, Tensor } from '@gradus/tensor';
import { tensorsOf } from '../../src/data/batches.js';
import { Feed } from '../../src/data/feed.js';
import { arraySource, generatedSource } from '../../src/data/source.js';
import type { Data } from '../../src/data/batches.js';
import type { Source } from '../../src/data/source.js';

const all = tensorsOf({ x: arange(0, 10) });
const five = (): Source => arraySource(all, { batchSize: 2, shuffle: false, seed: 0 });

function* parts(count = 5): Generator<Data> {
  for (let i = 0; i < count; i++) yield { x: arange(2 * i, 2 * i + 2) };
}
async function* later(): AsyncGenerator<Data> {
  yield* parts();
}

/** The numbers of the batches in each epoch. */
async function epochs(feed: Feed, count: number, perEpoch: boolean): Promise<number[][]> {
  const seen: number[][] = [];
  for (let epoch = 0; epoch < count; epoch++) {
    if (!perEpoch) feed.goTo(epoch, 0);
    const batches: number[] = [];
    for (let batch = await feed.next(0); batch; batch = await feed.next(batches.length)) {
      batches.push(batch.x instanceof Tensor ? batch.x.slice(0).item() / 2 : NaN);
    }
    seen.push(batches);
  }
  return seen;
}

const whole = [0, 1, 2, 3, 4];

test('without a number of steps an epoch is one pass', async () => {
  for (const source of [five(), generatedSource([...parts()]), generatedSource(() => parts()), generatedSource(later)]) {
    expect(await epochs(new Feed(source, undefined, 0), 2, false)).toEqual([whole, whole]);
  }
});

test('with one, epochs continue each other; a pass that ends in the middle of an epoch ends it', async () => {
  // 5 batches, 2 steps an epoch: 0-1 | 2-3 | 4 | 0-1, as Keras does.
  for (const source of [five(), generatedSource([...parts()]), generatedSource(() => parts()), generatedSource(later)]) {
    expect(await epochs(new Feed(source, 2, 0), 4, true)).toEqual([[0, 1], [2, 3], [4], [0, 1]]);
  }
  for (const source of [generatedSource([...parts(4)]), generatedSource(() => parts(4))]) {
    expect(await epochs(new Feed(source, 2, 0), 3, true)).toEqual([[0, 1], [2, 3], [0, 1]]); // prettier-ignore
  }
});

test('a generator is walked once, its first batch included that was looked at before', async () => {
  const source = generatedSource(parts());
  expect((await source.first())?.x).toBeInstanceOf(Tensor);
  expect(await epochs(new Feed(source, 2, 0), 3, true)).toEqual([[0, 1], [2, 3], [4]]);
  expect(await epochs(new Feed(generatedSource(later()), undefined, 0), 2, false)).toEqual([whole, []]);
});

test('a place is found again in every kind of source', async () => {
  for (const source of [
    five(),
    generatedSource([...parts()]),
    generatedSource(() => parts()),
    generatedSource(later),
    generatedSource(parts()),
  ]) {
    const feed = new Feed(source, 2, 0);
    feed.goTo(0, 3);
    expect((await epochs(feed, 1, true))[0]).toEqual([3, 4]);
  }
});

test('a source lets go of what it holds open', async () => {
  const events: string[] = [];
  const source = generatedSource(function* () {
    events.push('open');
    try {
      yield* parts();
    } finally {
      events.push('closed');
    }
  });
  await source.first();
  const feed = new Feed(source, undefined, 0);
  await feed.next(0);
  await feed.close();
  expect(events).toEqual(['open', 'closed', 'open', 'closed']);
});

test('what gives no batches is refused', () => {
  const nothing: unknown = 7;
  expect(() => generatedSource(isAnything(nothing) ? nothing : [])).toThrow('data: expected { x, y }, batches');
});

function isAnything(value: unknown): value is Data[] {
  return value !== undefined;
}
