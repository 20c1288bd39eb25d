/** A plan as a person can check it: what runs, on what, how often, and what it costs. */
import { showType } from './graph.js';
import type { AnyOp, FusedNode } from './graph.js';
import type { Instruction, Plan } from './plan/plan.js';

/** One instruction with how often it runs and, where it was measured, how long it takes in one run of the program. */
interface Line {
  readonly instruction: Instruction;
  readonly times: number;
}

/** @param milliseconds - of each instruction in one run of the program */
export function explain(name: string, plan: Plan, milliseconds?: ReadonlyMap<Instruction, number>): string {
  const lines = linesOf(plan.instructions, 1);
  const count = (kind: Instruction['kind']): number => lines.filter(({ instruction }) => instruction.kind === kind).length;
  const kernels = new Set(lines.flatMap(({ instruction }) => (instruction.kind === 'call' ? [instruction.kernel.signature] : []))).size;
  const costs = lines.map(costOf);
  const total = (pick: (cost: Cost) => number): number => costs.reduce((sum, cost) => sum + pick(cost), 0);
  const ms = milliseconds && [...milliseconds.values()].reduce((a, b) => a + b, 0);
  const rows = lines.map((line, i) => rowOf(line, costs[i], milliseconds?.get(line.instruction), ms));
  const hosts = lines.flatMap(({ instruction }) => (instruction.kind === 'host' ? [nameOf(instruction.node)] : []));
  return [
    `${name}: ${count('call')} calls of ${kernels} kernels, ` +
      `${count('copy')} copies, ${count('repeat')} loops, ${hosts.length} on reference kernels in JavaScript`,
    `${si(total(({ flops }) => flops))}FLOP, ${si(total(({ bytes }) => bytes))}B moved by kernels; ` +
      `arena ${si(plan.arena)}B for ${si(plan.live)}B alive at most, constants ${si(plan.constantBytes)}B`,
    ...(ms === undefined ? [] : [`${ms.toFixed(3)} ms`]),
    ...table(['', 'times', 'FLOP', 'bytes', ...(ms === undefined ? [] : ['ms', 'share', 'GFLOP/s', 'GB/s'])], rows),
    ...(hosts.length === 0 ? [] : [`without a kernel of their own: ${[...new Set(hosts)].join(', ')}`]),
  ].join('\n');
}

function linesOf(instructions: readonly Instruction[], times: number): readonly Line[] {
  return instructions.flatMap((instruction): readonly Line[] =>
    instruction.kind === 'repeat'
      ? [{ instruction, times }, ...linesOf(instruction.body, times * instruction.length)]
      : [{ instruction, times }],
  );
}

interface Cost {
  readonly flops: number;
  readonly bytes: number;
}

/** In one run of the program. */
function costOf({ instruction, times }: Line): Cost {
  if (instruction.kind === 'call') return { flops: instruction.kernel.flops * times, bytes: instruction.kernel.bytes * times };
  if (instruction.kind === 'copy') return { flops: 0, bytes: 2 * instruction.rows * instruction.bytes * times };
  return { flops: 0, bytes: 0 };
}

function rowOf(line: Line, { flops, bytes }: Cost, ms: number | undefined, total: number | undefined): readonly string[] {
  const { instruction, times } = line;
  const title = instruction.kind === 'host' ? `JavaScript: ${titleOf(instruction)}` : titleOf(instruction);
  const cells = [title, String(times), flops === 0 ? '' : si(flops), bytes === 0 ? '' : si(bytes)];
  if (total === undefined) return cells;
  if (ms === undefined) return [...cells, '', '', '', ''];
  const rate = (amount: number): string => (amount === 0 ? '' : (amount / ms / 1e6).toFixed(1));
  return [...cells, ms.toFixed(4), `${((100 * ms) / total).toFixed(1)} %`, rate(flops), rate(bytes)];
}

/** What an instruction does, in a few words. */
export function titleOf(instruction: Instruction): string {
  if (instruction.kind === 'repeat') return `loop of ${instruction.length} steps`;
  if (instruction.kind === 'copy') return `copy ${instruction.rows} x ${instruction.bytes} B`;
  const title = nodeTitle(instruction.node, instruction.operands.map(({ layout }) => showType(layout.type))); // prettier-ignore
  return instruction.kind === 'call' && instruction.kernel.method ? `${instruction.kernel.method} ${title}` : title;
}

function nameOf(node: AnyOp | FusedNode): string {
  return node.kind === 'op' ? node.name : `nest of ${node.types.map(showType).join(' ')}`;
}

function nodeTitle(node: AnyOp | FusedNode, operands: readonly string[]): string {
  if (node.kind === 'op') return `${node.name} ${operands.join(' ')} -> ${showType(node.type)}`;
  const quiet: ReadonlySet<string> = new Set(['broadcastTo', 'reshape']);
  const names = node.body.nodes.flatMap((inner) => (inner.kind === 'op' && !quiet.has(inner.name) ? [inner.name] : []));
  const counts = [...new Set(names)].map((name) => [name, names.filter((other) => other === name).length] as const);
  return `nest ${node.rows} x ${node.columns}: ${counts.map(([name, n]) => (n === 1 ? name : `${n} ${name}`)).join(', ')}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.min(90, Math.max(...all.map((row) => row[i].length))));
  return all.map((row) => row.map((cell, i) => (i === 0 ? cell.slice(0, 90).padEnd(widths[0]) : cell.padStart(widths[i]))).join('  ')); // prettier-ignore
}

/** 1234567 as `1.23 M`. */
function si(value: number): string {
  const power = value < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(value) / 3));
  return power === 0 ? `${value} ` : `${(value / 1000 ** power).toPrecision(3)} ${['', 'k', 'M', 'G'][power]}`;
}
