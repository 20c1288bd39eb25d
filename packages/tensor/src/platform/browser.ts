import type { Helper } from './helper.js';

/** How many threads the machine runs at once. */
export function cores(): number {
  return navigator.hardwareConcurrency;
}

/** How `receive` of a helper's source comes by its messages. */
const listen = 'onmessage = ({ data }) => receive(data);';

/** A worker that runs `source`; undefined where pages may not share memory, or may not make workers of text. */
export function startHelper(source: string): Helper | undefined {
  if (!globalThis.crossOriginIsolated) return undefined;
  try {
    const url = URL.createObjectURL(new Blob([source, listen], { type: 'text/javascript' }));
    const worker = new Worker(url);
    // A helper that fails never says that it is ready, and nobody waits for it.
    worker.addEventListener('error', (event) => event.preventDefault());
    return {
      post: (message) => worker.postMessage(message),
      end: () => {
        worker.terminate();
        URL.revokeObjectURL(url);
      },
    };
  } catch {
    return undefined;
  }
}
