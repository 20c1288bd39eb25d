/** How tensors print. */
import type { Dense } from './primitive.js';

/** The numbers of a tensor, nested as its shape says. */
export function format({ data, shape, dtype }: Dense): string {
  const write = (i: number): string => (dtype === 'bool' ? String(data[i] !== 0) : String(data[i]));
  const block = (axis: number, from: number, stride: number): string => {
    if (axis === shape.length) return write(from);
    const step = stride / shape[axis];
    return `[${Array.from({ length: shape[axis] }, (_, i) => block(axis + 1, from + i * step, step)).join(', ')}]`;
  };
  return block(0, 0, data.length);
}
