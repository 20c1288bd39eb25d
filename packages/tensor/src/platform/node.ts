import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Helper } from './helper.js';

/** How many threads the machine runs at once. */
export function cores(): number {
  return availableParallelism();
}

/** How `receive` of a helper's source comes by its messages. */
const listen = `require('node:worker_threads').parentPort.on('message', receive);`;

/** A thread that runs `source` and does not keep the process alive; undefined where none is to be had. */
export function startHelper(source: string): Helper | undefined {
  try {
    // Without the options of this process: a loader of modules, or a kind of input, is not for this text.
    const worker = new Worker(source + listen, { eval: true, execArgv: [] });
    worker.unref();
    // A helper that fails never says that it is ready, and nobody waits for it.
    worker.on('error', () => undefined);
    return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() };
  } catch {
    return undefined;
  }
}
