// Runs the training on Node, Deno or Bun and prints what came of it as one line of JSON. `reference`: as where no
// WebAssembly may be compiled.
import { listen } from './listen.mjs';

const print = console.log;
if (process.argv.includes('reference')) WebAssembly.Module = forbidden; // WebAssembly itself must stay: Node's own fetch needs it
const notices = listen();
const { training } = await import('./training.mjs');
print(JSON.stringify({ ...(await training()), notices }));

function forbidden() {
  throw new WebAssembly.CompileError('not here');
}
