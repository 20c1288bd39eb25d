/** How the stages of a program are shown on a page. */
import { operandsOf, showType } from '@gradus/tensor/extend';
import { nestOf } from '../../../packages/tensor/src/compiler/kernels/nest/index.js';
import { show } from '../../../packages/tensor/src/compiler/kernels/nest/nest.js';
import { textOf } from '../../../packages/tensor/src/compiler/wasm/index.js';
import type { Graph } from '@gradus/tensor/extend';
import type { Address, CallInstruction, Place, Plan, Region } from '../../../packages/tensor/src/compiler/plan/plan.js';

/** Indented lines, which are the insides of nodes, as three dots. */
export function outline(graph: string): string {
  return graph.replaceAll(/(?:^ .*\n)+/gm, '  ...\n');
}

/** The lines from the first that `from` fits to the first after it that `to` fits. */
export function excerpt(text: string, from: RegExp, to: RegExp): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => from.test(line));
  const last = lines.findIndex((line, i) => i >= first && to.test(line));
  if (first < 0 || last < 0) throw new Error(`nothing from ${from} to ${to}`);
  return lines.slice(first, last + 1).join('\n');
}

/** How large a graph is, and how many of its nodes would go over memory if each were run by itself. */
export function size(name: string, { nodes }: Graph): string {
  const quiet: ReadonlySet<string> = new Set(['reshape', 'stopGradient']);
  const busy = nodes.filter((node) => operandsOf(node).length > 0 && node.kind !== 'part' && !(node.kind === 'op' && quiet.has(node.name)));
  return `${name.padEnd(7)} ${nodes.length} nodes, ${String(busy.length).padStart(2)} of them go over memory`;
}

export function callsOf({ instructions }: Plan): readonly CallInstruction[] {
  return instructions.flatMap((instruction) => (instruction.kind === 'call' ? [instruction] : []));
}

/** The nests among `calls` as the loops that they are, each under the streams of all that run it. */
export function loopsOf(calls: readonly CallInstruction[]): string {
  const users = new Map<string, string[]>();
  for (const { node, operands, results } of calls) {
    if (node.kind !== 'fused') continue;
    const nest = nestOf(node, operands.map(layoutOf), results.map(layoutOf)); // prettier-ignore
    if (!nest) throw new Error('a nest without a loop');
    const streams = [...operands, ...results].map(({ layout }, i) => `$${i} ${showType(layout.type)}`);
    const head = `${streams.slice(0, operands.length).join(', ')} -> ${streams.slice(operands.length).join(', ')}`;
    users.set(show(nest), [...(users.get(show(nest)) ?? []), head]);
  }
  return [...users].map(([loop, heads]) => [...heads, loop].join('\n')).join('\n\n');
}

const layoutOf = ({ layout }: Place): Place['layout'] => layout;

/** Where each instruction reads and writes. */
export function addresses(plan: Plan, homes: readonly string[]): string {
  const at = ({ region, offset }: Address): string =>
    region.kind === 'home' ? `home of ${homes[region.index]}` : `${region.kind} ${region.offset + offset}`;
  const lines = callsOf(plan).map(({ node, operands, results, scratch }, i) => {
    const name = node.kind === 'op' ? node.name : `nest ${node.rows} x ${node.columns}`;
    const extra = scratch ? ` (scratch: ${at(scratch)})` : '';
    return `${i + 1} ${name.padEnd(10)} ${operands.map(at).join(', ')} -> ${results.map(at).join(', ')}${extra}`;
  });
  return lines.join('\n');
}

/** The arena as a picture: a line for each buffer, with the numbers of the instructions during which it is alive. */
export function arenaMap(plan: Plan, inputs: readonly string[]): string {
  const calls = callsOf(plan);
  const lives = new Map<Region, { readonly first: number; readonly last: number; readonly name: string }>();
  const note = (region: Region, tick: number, name: string): void => {
    if (region.kind === 'arena') lives.set(region, { ...(lives.get(region) ?? { first: tick, name }), last: tick });
  };
  for (const [i, place] of plan.inputs.entries()) if (place) note(place.region, 0, inputs[i] ?? '');
  for (const [tick, { operands, results, scratch }] of calls.entries()) {
    for (const { region, layout } of [...operands, ...results]) note(region, tick, showType(layout.type));
    if (scratch) note(scratch.region, tick, 'scratch');
  }
  for (const { region } of plan.outputs) note(region, calls.length - 1, '');
  const rows = [...lives].sort(([a], [b]) => a.offset - b.offset || lives.get(a)!.first - lives.get(b)!.first);
  const lines = rows.map(([{ offset, bytes }, { first, last, name }]) => {
    const life = calls.map((_, tick) => (tick >= first && tick <= last ? tick + 1 : '.')).join('');
    return `${life}  from ${String(offset).padStart(3)}, ${String(bytes).padStart(3)} bytes  ${name}`;
  });
  return lines.join('\n');
}

/** The bodies of a module's functions, in order, imported ones not counted. */
export function functionsIn(module: Uint8Array): readonly Uint8Array[] {
  let at = 8; // behind the magic number and the version
  const unsigned = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < module.length) {
    const section = module[at++];
    const end = unsigned() + at;
    if (section === 10) {
      return Array.from({ length: unsigned() }, () => {
        const size = unsigned();
        at += size;
        return module.subarray(at - size, at);
      });
    }
    at = end;
  }
  return [];
}

/** Instructions that leave nothing on the stack. */
const ends = /^\s*(?:local\.set|local |v128\.store|i32\.store|br_if|if|loop|block|end|call)/;

/** A function's text with one statement a line: what an instruction takes from the stack stands before it. */
export function statements(body: Uint8Array): string {
  const lines: string[] = [];
  let line = '';
  for (const instruction of textOf(body).split('\n')) {
    line = line === '' ? instruction : `${line}  ${instruction.trim()}`;
    if (!ends.test(instruction)) continue;
    lines.push(line);
    line = '';
  }
  return [...lines, ...(line === '' ? [] : [line])].join('\n');
}
