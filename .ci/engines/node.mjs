// What Node gets, in every flavour that it can run: what other engines are compared with.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../checks.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Runs the training with `program flags... run.mjs`. */
export async function runWith(program, flags, ...args) {
  const options = { encoding: 'utf8', timeout: 120_000, maxBuffer: 2 ** 26, cwd: here };
  const { stdout } = await promisify(execFile)(program, [...flags, join(here, 'run.mjs'), ...args], options);
  return JSON.parse(stdout);
}

/** The results of this Node: compiled; compiled with fused multiply-add, which Node 20 has behind a flag; and on the reference kernels. */
export async function nodeResults() {
  const compiled = await runWith(process.execPath, []);
  const fused = process.version.startsWith('v20.') ? [await runWith(process.execPath, ['--experimental-wasm-relaxed-simd'])] : [];
  return { compiled, fused, reference: await runWith(process.execPath, [], 'reference') };
}

/**
 * Says how a result stands to Node's: the same bits as those of the same flavour, near all others.
 * @param part - 'perceptron' or 'lstm'
 */
export function compare(part, result, { compiled, fused, reference }) {
  const others = [compiled, ...fused, reference];
  for (const other of others) {
    const far = Math.max(...result[part].weights.map((bits, i) => distance(bits, other[part].weights[i])));
    if (!(far <= 1e-4)) fail(`${result.flavour}: weights ${far.toExponential(1)} of their norm away from Node's (${other.flavour})`);
    const same = JSON.stringify(other[part]) === JSON.stringify(result[part]);
    if (other.flavour === result.flavour && !same) fail(`${result.flavour}: not the same bits as on Node`);
  }
  const isShared = others.some(({ flavour }) => flavour === result.flavour);
  return `${result.flavour}, ${isShared ? 'bit for bit' : 'within 1e-4'}`;
}

/** |a - b| / |b|, of float32 numbers given as bits. */
function distance(a, b) {
  const [x, y] = [a, b].map((bits) => new Float32Array(Uint32Array.from(bits).buffer));
  if (x.length !== y.length) return Infinity;
  const norm = (values) => Math.hypot(...values);
  return norm(x.map((value, i) => value - y[i])) / Math.max(norm(y), 1e-6);
}
