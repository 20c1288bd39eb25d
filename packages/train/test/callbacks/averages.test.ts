import { expect, test, vi } from 'vitest';
import { Dense, Sequential, SGD } from '@gradus/nn';
import { tensor } from '@gradus/tensor';
import { BackupAndRestore, Callback, RemoteMonitor, SwapEMAWeights, Trainer } from '@gradus/train';
import type { EpochEvent, Post, Store } from '@gradus/train';

/** What y = w·x with w = 2 is trained from, whose averages lag behind. */
const rows = { x: tensor([[1], [1], [1], [1]]), y: tensor([[2], [2], [2], [2]]) };

function trainerOf(useEma: boolean): { trainer: Trainer; weight: () => number } {
  const layer = new Dense(1, { inputShape: [1], useBias: false, kernelInitializer: 'zeros' });
  const optimizer = new SGD({ learningRate: 0.25, useEma, ...(useEma ? { emaMomentum: 0.5 } : {}) });
  const trainer = new Trainer(new Sequential([layer]), { loss: 'mse', optimizer });
  return { trainer, weight: () => layer.kernel.value.item() };
}

class Watches extends Callback {
  readonly seen: [string, number][] = [];
  private readonly weight: () => number;
  constructor(weight: () => number) {
    super();
    this.weight = weight;
  }
  private note(event: string): void {
    this.seen.push([event, this.weight()]);
  }
  override onEpochBegin(): void {
    this.note('epoch begins');
  }
  override onTestBegin(): void {
    this.note('test begins');
  }
  override onTestEnd(): void {
    this.note('test ends');
  }
  override onEpochEnd(): void {
    this.note('epoch ends');
  }
}

// Each step halves the way to 2: 1, then 1.5. The average begins with the first of them: 1, then 1.25.
test.each([false, true])('validation sees the averages, training its own weights; swapOnEpoch: %s', async (swapOnEpoch) => {
  const { trainer, weight } = trainerOf(true);
  const watches = new Watches(weight);
  const callbacks = [new SwapEMAWeights({ swapOnEpoch }), watches];
  const { logs } = await trainer.fit(rows, { epochs: 2, batchSize: 4, validationData: rows, verbose: 0, callbacks });
  expect(watches.seen).toEqual([
    ['epoch begins', 0],
    ['test begins', 1],
    ['test ends', 1],
    ['epoch ends', 1],
    ['epoch begins', 1],
    ['test begins', 1.25],
    ['test ends', 1.5],
    ['epoch ends', swapOnEpoch ? 1.25 : 1.5],
  ]);
  expect(logs['val_loss']).toEqual([1, 0.5625]);
  expect(weight()).toBe(1.25);
  await trainer.evaluate(rows, { verbose: 0, callbacks });
  expect(weight()).toBe(1.25);
});

test('without averages there is nothing to swap', async () => {
  const { trainer } = trainerOf(false);
  const fit = trainer.fit(rows, { verbose: 0, callbacks: [new SwapEMAWeights({ swapOnEpoch: true })] });
  await expect(fit).rejects.toThrow('useAverages: no optimizer keeps averages: give it useEma');
});

test('a run goes on from a checkpoint that was made while the averages stood in the model', async () => {
  class Shelf implements Store {
    bytes: Uint8Array | undefined;
    async read(): Promise<Uint8Array | undefined> {
      return this.bytes;
    }
    async write(bytes: Uint8Array): Promise<void> {
      this.bytes = bytes;
    }
    async remove(): Promise<void> {
      this.bytes = undefined;
    }
  }
  class Fails extends Callback {
    private readonly at: number;
    constructor(at: number) {
      super();
      this.at = at;
    }
    override onEpochBegin({ epoch }: EpochEvent): void {
      if (epoch === this.at) throw new Error('killed');
    }
  }
  const shelf = new Shelf();
  const fit = async (fails: boolean): Promise<number> => {
    const { trainer, weight } = trainerOf(true);
    const callbacks = [new Fails(fails ? 2 : Infinity), new SwapEMAWeights({ swapOnEpoch: true }), new BackupAndRestore(shelf)];
    await trainer.fit(rows, { epochs: 3, batchSize: 4, verbose: 0, callbacks });
    return weight();
  };
  await expect(fit(true)).rejects.toThrow('killed');
  expect(shelf.bytes).toBeDefined();
  expect(await fit(false)).toBe(1.5);
});

const sent = (post: ReturnType<typeof vi.fn<Post>>): unknown[] => post.mock.calls.map(([url, init]) => [url, init]);

test('RemoteMonitor posts a form with the logs as JSON, or JSON itself', async () => {
  const { trainer } = trainerOf(false);
  const post = vi.fn<Post>(async () => undefined);
  const callbacks = [
    new RemoteMonitor({ fetch: post }),
    new RemoteMonitor({ fetch: post, root: 'http://here', path: '/log', sendAsJson: true, headers: { who: 'me' } }),
    new RemoteMonitor({ fetch: post, field: 'values' }),
  ];
  await trainer.fit(rows, { batchSize: 4, verbose: 0, callbacks });
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  expect(sent(post)).toEqual([
    [
      'http://localhost:9000/publish/epoch/end/',
      { method: 'POST', headers: form, body: 'data=%7B%22epoch%22%3A+0%2C+%22loss%22%3A+4.0%7D' },
    ],
    ['http://here/log', { method: 'POST', headers: { 'Content-Type': 'application/json', who: 'me' }, body: '{"epoch": 0, "loss": 4.0}' }],
    [
      'http://localhost:9000/publish/epoch/end/',
      { method: 'POST', headers: form, body: 'values=%7B%22epoch%22%3A+0%2C+%22loss%22%3A+4.0%7D' },
    ],
  ]);
});

test('a server that cannot be reached is a warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const { trainer } = trainerOf(false);
  const monitor = new RemoteMonitor({
    fetch: async () => {
      throw new Error('refused');
    },
  });
  const { epochs } = await trainer.fit(rows, { epochs: 2, verbose: 0, callbacks: [monitor] });
  expect(epochs).toEqual([0, 1]);
  expect(warn.mock.calls.map(String)).toEqual(Array(2).fill('RemoteMonitor: could not reach http://localhost:9000: refused'));
  warn.mockRestore();
});
