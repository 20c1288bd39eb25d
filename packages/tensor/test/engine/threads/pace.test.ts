import { expect, test } from 'vitest';
import { Pace } from '../../../src/engine/threads/pace.js';
import type { Mode } from '../../../src/engine/threads/pace.js';

/** Runs on a clock of its own until `end`; how often each mode ran. */
function drive(pace: Pace, clock: { now: number }, end: number, cost: Readonly<Record<Mode, number>>): Record<Mode, number> {
  const count: Record<Mode, number> = { alone: 0, together: 0 };
  while (clock.now < end) {
    const mode = pace.next(clock.now);
    clock.now += cost[mode];
    pace.took(mode, cost[mode], clock.now);
    count[mode]++;
  }
  return count;
}

test('the faster way runs nearly always', () => {
  const count = drive(new Pace(), { now: 0 }, 10_000, { alone: 2, together: 1 });
  expect(count.alone).toBeLessThan(0.02 * count.together);
  const other = drive(new Pace(), { now: 0 }, 10_000, { alone: 1, together: 3 });
  expect(other.together).toBeLessThan(0.02 * other.alone);
});

test('a neighbour that comes and goes is noticed', () => {
  const [pace, clock] = [new Pace(), { now: 0 }];
  drive(pace, clock, 5_000, { alone: 2, together: 1 });
  const busy = drive(pace, clock, 10_000, { alone: 2, together: 8 });
  expect(busy.together).toBeLessThan(0.05 * busy.alone);
  const quiet = drive(pace, clock, 20_000, { alone: 2, together: 1 });
  expect(quiet.alone).toBeLessThan(quiet.together);
});
