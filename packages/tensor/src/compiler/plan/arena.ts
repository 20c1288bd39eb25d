/**
 * Places in one arena for buffers of known life: the largest first, each at the lowest free offset.
 *
 * That meets the lower bound (the largest sum of what is alive at one time) on almost every graph, in one short loop;
 * where it does not, other orders are tried.
 */

/** A buffer that is alive from tick `first` to tick `last`, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Vector loads run up to so many bytes past the end of a buffer. */
export const readable = 16;

const alignment = 16;

/** How much room a buffer takes: whole vectors, and what a load may read behind them. */
export function roomOf(bytes: number): number {
  return Math.ceil((bytes + readable) / alignment) * alignment;
}

/** Where buffers lie, in their order, and how large the arena is. */
export interface Packing {
  readonly offsets: readonly number[];
  readonly bytes: number;
}

/** The smallest of a few packings: by size, by size times life, by life, by time. */
export function pack(buffers: readonly Lifetime[]): Packing {
  const life = ({ first, last }: Lifetime): number => last - first + 1;
  const orders: readonly ((a: Lifetime, b: Lifetime) => number)[] = [
    (a, b) => b.bytes - a.bytes,
    (a, b) => b.bytes * life(b) - a.bytes * life(a),
    (a, b) => life(b) - life(a) || b.bytes - a.bytes,
    (a, b) => a.first - b.first || b.bytes - a.bytes,
  ];
  const bound = largestLive(buffers);
  let best = packed(buffers, orders[0]);
  for (const order of orders.slice(1)) {
    if (best.bytes <= bound) break;
    const other = packed(buffers, order);
    if (other.bytes < best.bytes) best = other;
  }
  return best;
}

/** Each in its turn at the lowest offset that is free as long as it lives. */
function packed(buffers: readonly Lifetime[], before: (a: Lifetime, b: Lifetime) => number): Packing {
  const offsets = new Array<number>(buffers.length).fill(0);
  const order = buffers.map((_, i) => i).sort((i, j) => before(buffers[i], buffers[j]) || i - j);
  const placed: number[] = [];
  let bytes = 0;
  for (const i of order) {
    const { first, last } = buffers[i];
    const room = roomOf(buffers[i].bytes);
    let offset = 0;
    for (const j of placed) {
      const apart = buffers[j].last < first || buffers[j].first > last;
      if (apart || offsets[j] + roomOf(buffers[j].bytes) <= offset) continue;
      if (offsets[j] >= offset + room) break;
      offset = offsets[j] + roomOf(buffers[j].bytes);
    }
    offsets[i] = offset;
    bytes = Math.max(bytes, offset + room);
    placed.splice(insertion(placed, offsets, offset), 0, i);
  }
  return { offsets, bytes };
}

/** Where `offset` belongs among `placed`, which is in ascending order of offsets. */
function insertion(placed: readonly number[], offsets: readonly number[], offset: number): number {
  const at = placed.findIndex((j) => offsets[j] > offset);
  return at < 0 ? placed.length : at;
}

/** The most bytes that are alive at one time. */
export function largestLive(buffers: readonly Lifetime[]): number {
  const change = new Map<number, number>();
  for (const { bytes, first, last } of buffers) {
    change.set(first, (change.get(first) ?? 0) + roomOf(bytes));
    change.set(last + 1, (change.get(last + 1) ?? 0) - roomOf(bytes));
  }
  let live = 0;
  let most = 0;
  for (const tick of [...change.keys()].sort((a, b) => a - b)) {
    live += change.get(tick) ?? 0;
    most = Math.max(most, live);
  }
  return most;
}
