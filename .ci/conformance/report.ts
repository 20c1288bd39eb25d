/** What a replay prints. */
import type { Result } from './replay.js';

/** By area: passed, failed, and each failure; the total last. */
export function report(results: readonly Result[]): readonly string[] {
  const areas = new Map(results.map(({ area }) => [area, results.filter((result) => result.area === area)]));
  const lines = [...areas].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([area, found]) => [
    `${area}: ${count(found)}`,
    ...found.flatMap(({ id, passed, reason = '' }) => (passed ? [] : [`  ${id}: ${reason.replaceAll('\n', ' ')}`])),
  ]); // prettier-ignore
  return [...lines, count(results)];
}

function count(results: readonly Result[]): string {
  const passed = results.filter((result) => result.passed).length;
  return `${passed} passed, ${results.length - passed} failed`;
}
