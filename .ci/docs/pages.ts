/** The documents that show what runs, and what each of them shows. */
import { readFileSync } from 'node:fs';
import { customGradient } from '@gradus/autograd';
import { checkGradients } from '@gradus/autograd/testing';
import { softplus, tensor } from '@gradus/tensor';
import { stages } from './compiler/stages.js';
import { excerpt } from './compiler/text.js';
import { outputsOf } from './run.js';
import type { Tensor } from '@gradus/tensor';

/** The texts of a document's marked blocks, by name; its own text is given, for those that run it. */
export type Outputs = (text: string) => Readonly<Record<string, string>>;

export const pages: Readonly<Record<string, Outputs>> = {
  'docs/essays/compiler.md': stages,
  'docs/essays/backprop.md': (text) => ({ ...sources(), ...outputsOf(text) }),
  'docs/tour.md': outputsOf,
  'docs/testing.md': () => ({ test: sourceOf('.ci/docs/testing/mish.test.ts').trimEnd(), failure: failure() }),
};

/** What a wrong derivative is told: that of tanh left alone where Mish multiplies by x. */
function failure(): string {
  const wrong = customGradient(
    (x: Tensor) => x.mul(softplus(x).tanh()),
    (dy, _, x) => [dy.mul(softplus(x).tanh())],
  );
  try {
    checkGradients(wrong, [tensor([[0.5, -1]])], { name: 'mish' });
  } catch (error) {
    return String(error);
  }
  throw new Error('a wrong derivative has passed');
}

/** The lines of reverse mode that the essay explains. */
function sources(): Readonly<Record<string, string>> {
  const [vjp, tape, binary] = ['vjp', 'tape', 'rules/binary'].map((name) => sourceOf(`packages/autograd/src/${name}.ts`));
  return {
    rules: excerpt(binary ?? '', /^  add: /, /^  pow: /),
    matmul: excerpt(sourceOf('packages/autograd/src/rules/matmul.ts'), /^export const/, /^};/),
    run: excerpt(vjp ?? '', /^  run</, /^  }/),
    backward: excerpt(tape ?? '', /^    for \(let i = /, /^    }$/),
  };
}

function sourceOf(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
}
