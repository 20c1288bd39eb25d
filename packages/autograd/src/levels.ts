/** How transforms stand on one another. */
import { leaked } from '@gradus/tensor/extend';
import type { Tensor } from '@gradus/tensor';
import type { Interpreter } from '@gradus/tensor/extend';

/** `value`, which a transform over `below` returns: an error where it belongs to one that has ended. */
export function expectBelow(name: string, below: Interpreter, value: Tensor): Tensor {
  for (let i: Interpreter | undefined = below; i; i = i.below) if (i === value.interpreter && i.open) return value;
  // What holds numbers stands on nothing, and is below everything.
  if (!value.interpreter.below && value.interpreter.open) return value;
  throw leaked(name, value);
}
