/** Instructions as functions that can be called. */
import { emit } from '../compiler/emit.js';
import { runReference } from './host.js';
import type { EmitOptions } from '../compiler/emit.js';
import type { Task } from '../compiler/threads/index.js';
import type { Memory } from './memory.js';

export type Compute = (...parameters: readonly number[]) => unknown;

export interface Instance {
  readonly module: WebAssembly.Module;
  /** By thread. */
  readonly mains: readonly Compute[];
  /** By signature. */
  readonly kernels: ReadonlyMap<string, Compute>;
}

/** @param lists - what each thread runs */
export function instantiate(memory: Memory, lists: readonly (readonly Task[])[], options: EmitOptions): Instance {
  const { bytes, kernels, hosts } = emit(lists, options);
  const host = hosts.map(({ node, operands, results }): Compute => (...addresses) => {
    // Addresses beyond 2 GiB arrive as negative numbers.
    const located = [...operands, ...results].map(({ layout }, i) => ({ layout, at: addresses[i] >>> 0 }));
    runReference(memory, node, located.slice(0, operands.length), located.slice(operands.length));
  }); // prettier-ignore
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory }, host: Object.fromEntries(host.entries()) });
  const exported = (name: string): Compute => {
    const found = exports[name];
    if (typeof found !== 'function') throw new Error(`the module has no ${name}`);
    return (...parameters) => found(...parameters);
  };
  return {
    module,
    mains: lists.map((_, thread) => exported(`main${thread}`)),
    kernels: new Map([...kernels].map(([signature, name]) => [signature, exported(name)])),
  };
}
