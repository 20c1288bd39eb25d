/** What docs/essays/compiler.md shows: each stage of one small training step, printed. */
import { readFileSync } from 'node:fs';
import { jit, zeros } from '@gradus/tensor';
import { fold, fuse, inline, print, prune, share, simplify, trace } from '@gradus/tensor/extend';
import { emit } from '../../../packages/tensor/src/compiler/emit.js';
import { kernelFor } from '../../../packages/tensor/src/compiler/kernels/index.js';
import { plan } from '../../../packages/tensor/src/compiler/plan/index.js';
import { larger } from './larger.js';
import { step } from './model.js';
import { addresses, arenaMap, callsOf, excerpt, functionsIn, loopsOf, outline, size, statements } from './text.js';
import type { Tensor } from '@gradus/tensor';
import type { Graph } from '@gradus/tensor/extend';
import type { Plan, Region } from '../../../packages/tensor/src/compiler/plan/plan.js';

/** The texts of the page's blocks, by name. */
export function stages(): Readonly<Record<string, string>> {
  const [x, y] = [zeros([8, 5]), zeros([8, 4])];
  const { graph: traced, reads, assigned } = trace('step', ([a = x, b = y]: readonly Tensor[]) => [step(a, b)], [x, y]);
  const shared = prune(share(traced));
  const folded = prune(fold(inline(shared)));
  const fused = fuse(folded);
  if (print(fused) !== print(simplify(shared))) throw new Error('the page leaves out a pass that changes something');
  const homes = assigned.map((variable) => reads.indexOf(variable));
  const planned = planOf(fused, homes);
  const module = emit([planned.instructions], { baseOf, limits: { minimum: 1 } }).bytes;
  const functions = functionsIn(module).map(statements);
  const main = functions.at(-1) ?? '';
  const update = functions[Number(/\d+$/.exec(main)?.[0])] ?? '';
  const compiled = jit(step);
  compiled.prepare(x, y);
  return {
    model: readFileSync(new URL('model.ts', import.meta.url), 'utf8').trimEnd(),
    traced: print(traced),
    filled: excerpt(print(shared), /splat 1$/, /mul %\d+ %1$/),
    folded: excerpt(print(folded), /splat -0.125$/, /mul %\d+ %1$/),
    fused: outline(print(fused)),
    loops: loopsOf(callsOf(planned)),
    sizes: [size('traced', traced), size('shared', shared), size('folded', folded), size('fused', fused)].join('\n'),
    addresses: addresses(planned, ['w', 'b']),
    arena: arenaMap(planned, ['x', 'y']),
    explain: compiled.explain().replaceAll(/ +$/gm, ''),
    main,
    update: excerpt(update, /^local/, /^end/),
    bytes: `${module.length} bytes, ${functions.length} functions`,
    larger: larger(),
  };
}

/** The same on every machine: products and sums apart, whether or not the engine could fuse them. */
function planOf(graph: Graph, homes: readonly number[]): Plan {
  const variables = homes.map((home) => ({ kind: 'variable', home }) as const);
  const argument = { kind: 'argument' } as const;
  const [sources, sinks] = [
    [argument, argument, ...variables],
    [{ kind: 'result' } as const, ...variables],
  ];
  return plan(graph, { kernelFor, target: { fma: false }, sources, sinks });
}

/** As if the memory held this program only: the homes of w and b, then the arena. */
function baseOf({ kind, index, offset }: Region): number {
  return { constants: 0, home: [64, 192][index] ?? 0, arena: 256, scratch: 0 }[kind] + offset;
}
