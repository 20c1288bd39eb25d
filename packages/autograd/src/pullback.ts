/** `vjp`: a function's value and its pull-back, over tensors in any structure. */
import { ArgumentError, fillTree, leaves, Variable } from '@gradus/tensor';
import { differentiate, expectFloat } from './vjp.js';
import { splat } from './splat.js';
import type { Tensor, TensorType, Tree } from '@gradus/tensor';

/** One gradient for each variable, in order: a tuple where `V` is one. */
export type Gradients<V extends readonly Variable[]> = { readonly [K in keyof V]: Tensor };

/** What to differentiate with respect to, in place of arguments. */
export interface Wrt<V extends readonly Variable[]> {
  readonly wrt: V;
}

/**
 * The value y = f(...xs) and the function that pulls a gradient of y back: dy -> one gradient an argument, JT dy. With
 * `{ wrt: variables }` in place of the arguments: dy -> one gradient a variable. The pull-back may be called any
 * number of times.
 *
 * @example const [y, pull] = vjp((x: Tensor) => x.square(), tensor([1, 2])); pull(tensor([1, 1])) // => [[2, 4]]
 */
export function vjp<const V extends readonly Variable[], Y>(f: () => Y, options: Wrt<V>): readonly [Y, (dy: Y) => Gradients<V>];
export function vjp<A extends readonly unknown[], Y>(f: (...xs: A) => Y, ...xs: A & Tree<A>): readonly [Y, (dy: Y) => A];
export function vjp(f: (...xs: readonly unknown[]) => unknown, ...args: readonly unknown[]): readonly [unknown, (dy: unknown) => unknown] {
  const name = `vjp(${f.name || 'anonymous'})`;
  const [first] = args;
  const variables = args.length === 1 && isWrt(first) ? first.wrt : undefined;
  const xs = variables ? [] : leaves(args);
  const targets: readonly TensorType[] = variables ?? xs;
  for (const target of targets) expectFloat(name, variables ? 'the variable' : 'an argument', target);
  let y: unknown;
  const run = (values: readonly Tensor[]): readonly Tensor[] => {
    y = variables ? f() : f(...fillTree(args, values));
    return leaves(y);
  };
  const { ys, pull } = differentiate(name, run, xs, { variables: variables ?? [] });
  const back = (dy: unknown): unknown => {
    const dys = leaves(dy);
    if (dys.length !== ys.length) throw new ArgumentError(`${name}: the value has ${ys.length} tensors, its gradient ${dys.length}`);
    const gradients = pull(dys).map((dx, i) => dx ?? splat(0, targets[i]));
    return variables ? gradients : fillTree(args, gradients);
  };
  return [fillTree(y, ys), back];
}

function isWrt(value: unknown): value is Wrt<readonly Variable[]> {
  if (typeof value !== 'object' || value === null || !('wrt' in value)) return false;
  return Array.isArray(value.wrt) && value.wrt.every((variable) => variable instanceof Variable);
}
