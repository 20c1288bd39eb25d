/** What a helper runs: a text, since no bundler and no runtime finds a second file in the same way. `receive` takes a message. */
import { failed, left, posted, program, received, runs, wake } from './control.js';

/** Turns of waiting awake before a helper goes to sleep: a step or two of a small model. */
const patience = 20_000;

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
  for (let turns = 0; ; turns++) {
    const now = Atomics.load(words, ${wake});
    if (Atomics.load(words, ${runs}) !== done) {
      done = done + 1 | 0;
      turns = 0;
      run();
    } else if (Atomics.load(words, ${posted}) !== got) return;
    else if (turns > ${patience}) Atomics.wait(words, ${wake}, now);
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
