/** What a helper runs: a text, since no bundler and no runtime finds a second file in the same way. `receive` takes a message. */
import { failed, left, posted, program, received, runs, wake } from './control.js';

/** How long a helper waits awake, in milliseconds: waking it takes as long as a small step, and between two steps a batch may be gathered. */
const patience = 2;

/** Turns of waiting between two looks at the clock. */
const look = 1000;

export const helperSource: string = `
let words, memory, index, done, got = 0;
const programs = new Map();

const main = (of) => {
  const { env, host } = { env: { memory }, host: {} };
  for (const { module, name } of WebAssembly.Module.imports(of)) if (module === 'host') host[name] = () => { throw new Error('not here'); };
  return new WebAssembly.Instance(of, { env, host }).exports['main' + index];
};

const run = () => {
  try {
    programs.get(Atomics.load(words, ${program}))();
  } catch {
    Atomics.store(words, ${failed}, 1);
    Atomics.add(words, ${left}, 1);
  }
};

const work = () => {
  let since = performance.now();
  for (let turns = 1; ; turns++) {
    const now = Atomics.load(words, ${wake});
    if (Atomics.load(words, ${runs}) !== done) {
      done = done + 1 | 0;
      run();
      since = performance.now();
    } else if (Atomics.load(words, ${posted}) !== got) return;
    else if (turns % ${look} === 0 && performance.now() > since + ${patience}) {
      Atomics.wait(words, ${wake}, now);
      since = performance.now();
    }
  }
};

const receive = (message) => {
  got++;
  if (message.kind === 'begin') {
    ({ memory, index } = message);
    words = new Int32Array(memory.buffer, message.at, message.length);
    done = Atomics.load(words, ${runs});
  } else if (message.kind === 'program') programs.set(message.id, main(message.module));
  else programs.delete(message.id);
  Atomics.store(words, ${received(0)} + index * ${received(1) - received(0)}, got);
  work();
};
`;
