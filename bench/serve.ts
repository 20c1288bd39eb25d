/** The side of a library: a process that is told `name steps` line by line, and answers with the milliseconds of each step. */
import { createInterface } from 'node:readline';

/** One step of training; resolved when its results are there. */
export type Step = () => void | Promise<void>;

/** Makes a step when it is first asked for; undefined where the library cannot run it, with the reason. */
export type Steps = Readonly<Record<string, () => Step | Promise<Step>>>;

export async function serve(steps: Steps): Promise<void> {
  const made = new Map<string, Step>();
  for await (const line of createInterface({ input: process.stdin })) {
    const [name = '', count = '1'] = line.split(/ (?=\d+$)/);
    try {
      const make = steps[name];
      if (!make) throw new Error('not written');
      const step = made.get(name) ?? (await warm(await make()));
      made.set(name, step);
      console.log(JSON.stringify(await timed(step, Number(count))));
    } catch (error) {
      console.log(JSON.stringify({ error: error instanceof Error ? error.message.split('\n')[0] : String(error) }));
    }
  }
}

/** Engines optimize code that has run often, and helpers start when they are first needed: so long, in milliseconds, that is done. */
const warmUp = 400;

async function warm(step: Step): Promise<Step> {
  for (const start = performance.now(); performance.now() - start < warmUp;) await step();
  return step;
}

async function timed(step: Step, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    const waiting = step();
    if (waiting) await waiting;
    times.push(performance.now() - start);
  }
  return times;
}
