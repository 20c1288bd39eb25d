import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Progbar } from '../src/progbar.js';
import type { ProgbarOptions } from '../src/progbar.js';

interface Case {
  readonly name: string;
  readonly options: Partial<ProgbarOptions> & { readonly target: number | null; readonly dynamic: boolean };
  readonly targetAtEnd?: number;
  readonly clock: readonly number[];
  readonly updates: readonly {
    readonly current: number;
    readonly values: Readonly<Record<string, number | string>>;
    readonly finalize?: boolean;
    readonly text: string;
  }[];
}
const fixture: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('./fixtures/keras-progbar.json', import.meta.url), 'utf8'),
);

describe("writes what Keras' bar writes", () => {
  test.each(fixture.cases.map((c) => [c.name, c] as const))('%s', (_, { options, targetAtEnd, clock, updates }) => {
    const readings = clock.values();
    const texts: string[] = [];
    const bar = new Progbar({
      verbose: 1,
      ...options,
      target: options.target ?? undefined,
      now: () => readings.next().value ?? NaN,
      write: (text) => texts.push(text),
    });
    for (const { current, values, finalize, text } of updates) {
      if (finalize && targetAtEnd !== undefined) bar.target = targetAtEnd;
      const numbers = Object.entries(values).map(([name, value]) => [name, Number(value)] as const);
      bar.update(current, numbers, finalize === undefined ? {} : { finalize });
      expect(texts.splice(0).join('')).toBe(text);
    }
    expect(readings.next().done).toBe(true);
  });
});
