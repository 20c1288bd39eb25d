import { describe, expect, test } from 'vitest';
import { add, jit, matmul, scan, tensor, TraceError, Variable, zeros } from '@gradus/tensor';
import { current, eager, EagerTensor, within } from '@gradus/tensor/extend';
import type { Tensor } from '@gradus/tensor';

/** A value of a trace that has returned, and the line that made it. */
function leak(): { readonly kept: Tensor; readonly line: number } {
  const kept: Tensor[] = [];
  let line = 0;
  jit(
    (x: Tensor) => {
      line = lineAfter();
      kept.push(x.mul(2));
      return x;
    },
    { name: 'step' },
  )(tensor([1, 2]));
  return { kept: kept[0], line };
}

/** The line below that of the call. */
function lineAfter(): number {
  const frame = (new Error().stack ?? '').split('\n')[2] ?? '';
  return Number(/:(\d+):\d+\)?$/.exec(frame)?.[1]) + 1;
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof TraceError ? error.message : `not a TraceError: ${String(error)}`;
  }
  return 'no error';
}

describe('a value that outlives its trace', () => {
  test('is an error that names the operation, the trace, the value and the line that made it', () => {
    const { kept, line } = leak();
    const message = messageOf(() => kept.add(1));
    expect(message).toMatch(/^add: an operand belongs to jit\(step\), which has returned: %\d+ = f32\[2\] = mul /);
    expect(message).toMatch(
      new RegExp(`made at .*dispatch\\.test\\.ts:${line}:\\d+\\. Return it from the function instead of keeping it\\.$`),
    );
  });

  test('is one wherever it comes in', () => {
    const { kept } = leak();
    const x = tensor([1, 2]);
    expect(messageOf(() => x.add(kept))).toContain('add: an operand belongs to jit(step), which has returned');
    expect(messageOf(() => kept.sigmoid())).toContain('sigmoid: an operand belongs to jit(step)');
    expect(messageOf(() => kept.reshape([2, 1]))).toContain('reshape: an operand belongs to jit(step)');
    expect(messageOf(() => kept.data())).toContain('reading numbers: an operand belongs to jit(step)');
    expect(messageOf(() => kept.toString())).toContain('reading numbers: an operand belongs to jit(step)');
    expect(messageOf(() => jit((y: Tensor) => y.sub(kept))(x))).toContain('sub: an operand belongs to jit(step)');
    expect(messageOf(() => scan((y: Tensor) => [y.add(kept), []], x, [], { length: 2 }))).toContain('belongs to jit(step)');
    expect(messageOf(() => new Variable(x, { name: 'w' }).assign(kept))).toContain('assign w: an operand belongs to jit(step)');
  });

  test('is one too after the function has thrown', () => {
    const kept: Tensor[] = [];
    const fails = jit((x: Tensor) => {
      kept.push(x.neg());
      throw new RangeError('on purpose');
    });
    expect(() => fails(tensor(1))).toThrow('on purpose');
    expect(messageOf(() => kept[0].add(1))).toContain('which has returned');
    expect(current()).toBeUndefined();
  });

  test('of an outer trace may be used inside, of an inner one not outside', () => {
    const f = jit((x: Tensor) => {
      const inner: Tensor[] = [];
      const [sum] = scan(
        (total: Tensor, row: Tensor) => {
          inner.push(row);
          return [total.add(row).add(x), []];
        },
        zeros([]),
        tensor([1, 2]),
      );
      expect(messageOf(() => inner[0].add(x))).toContain('an operand belongs to scan, which has returned');
      return sum;
    });
    expect(f(tensor(10)).item()).toBe(23);
  });
});

describe('numbers that do not exist yet', () => {
  test('cannot be read; the message says what to do', () => {
    const line: number[] = [];
    const message = messageOf(() =>
      jit(
        (x: Tensor) => {
          line.push(lineAfter());
          const y = x.add(1);
          return y.item() > 0 ? y : x;
        },
        { name: 'branch' },
      )(tensor(1)),
    );
    expect(message).toMatch(
      /^%\d+ = f32\[\] = add .* has no numbers yet: it is being traced by jit\(branch\)\. Use where\(\) instead of if/,
    );
    expect(message).toMatch(new RegExp(`made at .*dispatch\\.test\\.ts:${line[0]}:`));
  });

  test.each([
    ['item', (x: Tensor) => x.sum().item()],
    ['data', (x: Tensor) => x.data()],
    ['toArray', (x: Tensor) => x.toArray(1)],
    ['at', (x: Tensor) => x.at(0)],
    ['toString', (x: Tensor) => x.toString()],
  ])('%s refuses', (_, read) => {
    const reads = jit((x: Tensor) => {
      read(x);
      return x;
    });
    expect(() => reads(tensor([1, 2]))).toThrow('has no numbers yet');
  });
});

describe('who computes', () => {
  test('is eager outside every transform', () => {
    expect(current()).toBeUndefined();
    expect(tensor(1).add(1)).toBeInstanceOf(EagerTensor);
    expect(tensor(1).interpreter).toBe(eager);
  });

  test('is the innermost transform, and the outer one after it, whatever is thrown', () => {
    within(eager, () => {
      expect(() => within(undefined, () => { throw new Error('inside'); })).toThrow('inside'); // prettier-ignore
      expect(current()).toBe(eager);
    });
    expect(current()).toBeUndefined();
  });

  test('needs a tensor among the operands', () => {
    expect(() => add(1, 2)).toThrow('add: at least one operand must be a tensor, found 1 and 2');
  });
});

test('errors of shape come from the public function, in a trace as outside', () => {
  const wrong = (x: Tensor): Tensor => matmul(x, zeros([784, 10]));
  const message = /^matmul: .*\[32, 700\] (x|and) \[784, 10\]/;
  expect(() => wrong(zeros([32, 700]))).toThrow(message);
  expect(() => jit(wrong)(zeros([32, 700]))).toThrow(message);
});
