// The training in this page or worker, with what is around it.
import { listen } from '../engines/listen.mjs';
import { training } from '../engines/training.mjs';

/** The results, or the error; what was said on the console; what the browser allows here. */
export async function observe() {
  const notices = listen();
  const around = { isolated: globalThis.crossOriginIsolated, compiles: compiles() };
  try {
    return { ...around, result: await training(), notices };
  } catch (error) {
    return { ...around, error: String(error) + (error instanceof Error ? `\n${error.stack}` : ''), notices };
  }
}

/** Whether the empty module can be compiled. */
function compiles() {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}
