/** Where batches come from: arrays, iterables of batches, functions that make them. */
import { ArgumentError } from '@gradus/tensor';
import { batchesOf, countBatches, isData, tensorsOf } from './batches.js';
import type { AnyBatch, BatchOptions, Data } from './batches.js';

/** Batches, at once or as they come. */
export type Batches<D = Data> = Iterable<D> | AsyncIterable<D>;

/** What `fit` takes beside arrays: batches, or what makes them anew for each pass over the data. */
export type Generated<D = Data> = Batches<D> | ((pass: number) => Batches<D>);

/** Data in batches, pass after pass. */
export interface Source {
  /** All rows, where they are there at once. */
  readonly rows: AnyBatch | undefined;
  /** Batches in one pass, where that is known. */
  readonly steps: number | undefined;
  /** The first batch of all, to know the types by. */
  first(): AnyBatch | undefined | Promise<AnyBatch | undefined>;
  /** The batches of one pass, from number `from` on. */
  open(pass: number, from: number): Walk;
}

export type Walk = Iterator<AnyBatch> | AsyncIterator<AnyBatch>;

/** All rows as a source. */
export function arraySource(rows: AnyBatch, options: BatchOptions): Source {
  const open = (pass: number, from: number): Iterator<AnyBatch> => batchesOf(rows, pass, options, from);
  return {
    rows,
    steps: countBatches(rows, options.batchSize),
    open,
    first: () => firstOf(batchesOf(rows, 0, { ...options, shuffle: false })),
  };
}

/**
 * Batches of one's own as a source. Every batch is `{ x, y, sampleWeight }` with as many rows each. A generator can be
 * walked once only: epochs continue it. A function is asked once more than there are passes, for the types.
 */
export function generatedSource(data: Generated): Source {
  if (typeof data === 'function') return again((pass) => data(pass), undefined);
  if (!isBatches(data))
    throw new ArgumentError(`data: expected { x, y }, batches, or a function that makes batches, found ${String(data)}`);
  return isOnce(data) ? once(data) : again(() => data, Array.isArray(data) ? data.length : undefined);
}

export function isGenerated(data: Data | Generated): data is Generated {
  return !isData(data);
}

function again(make: (pass: number) => Batches, steps: number | undefined): Source {
  return { rows: undefined, steps, open: (pass, from) => converted(make(pass), from), first: () => firstOf(converted(make(0), 0)) };
}

/** Looks at the first batch, and gives it all the same when the walk begins. */
function once(data: Batches): Source {
  let seen: AnyBatch | undefined;
  let begun: Walk | undefined;
  const walk = converted(data, 0);
  return {
    rows: undefined,
    steps: undefined,
    async first() {
      if (begun) return undefined;
      const { done, value } = await walk.next();
      if (done !== true) seen = value;
      return seen;
    },
    open(_pass, from) {
      begun ??= continued(seen, walk, from);
      return begun;
    },
  };
}

async function* continued(seen: AnyBatch | undefined, walk: Walk, from: number): AsyncGenerator<AnyBatch> {
  let number = 0;
  if (seen && number++ >= from) yield seen;
  for (let next = await walk.next(); next.done !== true; next = await walk.next()) if (number++ >= from) yield next.value;
}

function isBatches(data: unknown): data is Batches {
  return typeof data === 'object' && data !== null && (Symbol.iterator in data || Symbol.asyncIterator in data);
}

function isAsync(batches: Batches): batches is AsyncIterable<Data> {
  return Symbol.asyncIterator in batches;
}

/** Whether walking it a second time goes on where the first one ended. */
function isOnce(batches: Batches): boolean {
  const walk: unknown = isAsync(batches) ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  return walk === batches;
}

function converted(batches: Batches, from: number): Walk {
  return isAsync(batches) ? convertedLater(batches, from) : convertedNow(batches, from);
}

function* convertedNow(batches: Iterable<Data>, from: number): Generator<AnyBatch> {
  let number = 0;
  for (const batch of batches) if (number++ >= from) yield tensorsOf(batch);
}

async function* convertedLater(batches: AsyncIterable<Data>, from: number): AsyncGenerator<AnyBatch> {
  let number = 0;
  for await (const batch of batches) if (number++ >= from) yield tensorsOf(batch);
}

/** The first item of a walk that is then given up. */
function firstOf(walk: Walk): AnyBatch | undefined | Promise<AnyBatch | undefined> {
  const next = walk.next();
  if (next instanceof Promise) {
    return next.then(async ({ done, value }) => {
      await walk.return?.();
      return done === true ? undefined : value;
    });
  }
  void walk.return?.();
  return next.done === true ? undefined : next.value;
}
