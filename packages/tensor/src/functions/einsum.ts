/** Products and sums by the names of axes. */
import { ArgumentError, ShapeError } from '../errors.js';
import { matmul } from '../primitives/matmul.js';
import { reshape, transpose } from '../primitives/move.js';
import { sum } from '../primitives/reduce.js';
import { showShape } from '../shape.js';
import type { Tensor } from '../tensor.js';

/** The axes of both operands and of the result, a letter each; '...' is spelled out. */
interface Axes {
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly out: readonly string[];
}

/**
 * The sum over all axes that the result lacks of the products of a and b: `einsum('ij,jk->ik', a, b)` is the matrix product. A letter names an axis;
 * '...', in a and in the result, stands for any axes.
 */
export function einsum(equation: string, a: Tensor, b: Tensor): Tensor {
  const axes = axesIn(equation, a, b);
  const sizes = new Map<string, number>();
  for (const [names, x] of [
    [axes.a, a],
    [axes.b, b],
  ] as const) {
    // prettier-ignore
    for (const [i, name] of names.entries()) {
      const known = sizes.get(name) ?? x.shape[i];
      if (known !== x.shape[i]) throw new ShapeError(`einsum: ${equation}: ${name} is ${known} and ${x.shape[i]}: ${showShape(a.shape)}, ${showShape(b.shape)}`);
      sizes.set(name, known);
    }
  }
  const sizesOf = (names: readonly string[]): number[] => names.map((name) => sizes.get(name) ?? 1);
  const [inA, inB, inOut] = [new Set(axes.a), new Set(axes.b), new Set(axes.out)];
  const x = withoutAlone(a, axes.a, (name) => inB.has(name) || inOut.has(name));
  const y = withoutAlone(b, axes.b, (name) => inA.has(name) || inOut.has(name));
  const both = x.names.filter((name) => inB.has(name) && inOut.has(name));
  const summed = x.names.filter((name) => inB.has(name) && !inOut.has(name));
  const [left, right] = [x.names.filter((name) => !inB.has(name)), y.names.filter((name) => !inA.has(name))];
  const size = (names: readonly string[]): number => sizesOf(names).reduce((p, q) => p * q, 1);
  const rows = reshape(ordered(x, [...both, ...left, ...summed]), [...sizesOf(both), size(left), size(summed)]);
  const columns = reshape(ordered(y, [...both, ...summed, ...right]), [...sizesOf(both), size(summed), size(right)]);
  const names = [...both, ...left, ...right];
  const product = reshape(matmul(rows, columns), sizesOf(names));
  return ordered({ tensor: product, names }, axes.out);
}

interface Named {
  readonly tensor: Tensor;
  readonly names: readonly string[];
}

/** Sums over axes that stand in one operand only and not in the result. */
function withoutAlone(tensor: Tensor, names: readonly string[], kept: (name: string) => boolean): Named {
  const alone = names.flatMap((name, i) => (kept(name) ? [] : [i]));
  return alone.length === 0 ? { tensor, names } : { tensor: sum(tensor, alone), names: names.filter(kept) };
}

function ordered({ tensor, names }: Named, order: readonly string[]): Tensor {
  return transpose(tensor, order.map((name) => names.indexOf(name))); // prettier-ignore
}

const letters = (text: string): string[] => text.split('');

function axesIn(equation: string, a: Tensor, b: Tensor): Axes {
  const match = /^([a-zA-Z]*)(\.\.\.)?([a-zA-Z]*),([a-zA-Z]*)->([a-zA-Z]*)(\.\.\.)?([a-zA-Z]*)$/.exec(equation.replaceAll(' ', ''));
  if (!match)
    throw new ArgumentError(`einsum: cannot read '${equation}': expected 'ij,jk->ik', perhaps with '...' in the first and the last part`);
  const [, before = '', dots, after = '', second = '', outBefore = '', outDots, outAfter = ''] = match;
  const more = dots ? a.rank - before.length - after.length : 0;
  const rest = Array.from({ length: Math.max(0, more) }, (_, i) => `...${i}`);
  const axes = {
    a: [...letters(before), ...rest, ...letters(after)],
    b: letters(second),
    out: [...letters(outBefore), ...(outDots ? rest : []), ...letters(outAfter)],
  };
  const unknown = axes.out.find((name) => !axes.a.includes(name) && !axes.b.includes(name));
  const twice = [axes.a, axes.b, axes.out].some((names) => new Set(names).size < names.length);
  if (unknown === undefined && !twice && axes.a.length === a.rank && axes.b.length === b.rank) return axes;
  throw new ShapeError(`einsum: '${equation}' does not fit ${showShape(a.shape)} and ${showShape(b.shape)}`);
}
