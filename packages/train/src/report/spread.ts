/** Places at least `gap` apart, in the same order, near where they were and not below `bottom`. */
export function spread(places: readonly number[], gap: number, bottom: number): readonly number[] {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const moved = [...places];
  let above = -Infinity;
  for (const i of order) above = moved[i] = Math.max(moved[i] ?? 0, above + gap);
  let below = bottom + gap;
  for (const i of order.toReversed()) below = moved[i] = Math.min(moved[i] ?? 0, below - gap);
  return moved;
}
