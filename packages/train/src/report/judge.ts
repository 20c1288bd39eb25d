/** Predictions against the truth: as classes, where they are classes, else as numbers. */
import type { Tensor } from '@gradus/tensor';

/** One row that was put into a class. */
export interface Decision {
  readonly row: number;
  readonly truth: number;
  readonly guess: number;
  /** How probable the model found the class that it chose, and the one that was right. */
  readonly confidence: number;
  readonly chance: number;
}

export interface Classes {
  readonly kind: 'classes';
  readonly count: number;
  readonly decisions: readonly Decision[];
}

/** Each predicted number beside the true one. */
export interface Numbers {
  readonly kind: 'numbers';
  readonly truth: readonly number[];
  readonly guess: readonly number[];
  /** How many numbers one row has. */
  readonly perRow: number;
}

/**
 * What `output` says of `target`. Classes where the targets are labels (whole numbers from 0 on, one a row of probabilities or logits), rows with a
 * single 1 in them, or zeros and ones for a single probability or logit; else numbers, undefined if
 * there are not as many of them.
 */
export function judge(output: Tensor, target: Tensor): Classes | Numbers | undefined {
  const classes = output.shape.at(-1) ?? 1;
  const rows = output.size / Math.max(classes, 1);
  const truth = Array.from(target.data(), Number);
  const guess = Array.from(output.data(), Number);
  if (classes > 1 && truth.length === rows && truth.every((label) => Number.isInteger(label) && label >= 0 && label < classes)) {
    return decided(guess, truth, classes);
  }
  if (truth.length !== guess.length) return undefined;
  if (classes > 1 && isOneHot(truth, classes)) {
    const labels = Array.from({ length: rows }, (_, row) => truth.indexOf(1, row * classes) - row * classes);
    return decided(guess, labels, classes);
  }
  if (classes === 1 && truth.every((label) => label === 0 || label === 1)) return decided(pairs(guess), truth, 2);
  return { kind: 'numbers', truth, guess, perRow: output.size / Math.max(output.shape[0] ?? 1, 1) };
}

function isOneHot(truth: readonly number[], classes: number): boolean {
  if (!truth.every((value) => value === 0 || value === 1)) return false;
  const ones = new Array<number>(truth.length / classes).fill(0);
  for (const [i, value] of truth.entries()) ones[Math.floor(i / classes)] = (ones[Math.floor(i / classes)] ?? 0) + value;
  return ones.every((count) => count === 1);
}

/** The probability of 0 and of 1, from that of 1 or from its logit. */
function pairs(guess: readonly number[]): readonly number[] {
  const probable = guess.every((p) => p >= 0 && p <= 1);
  return guess.flatMap((value) => {
    const p = probable ? value : 1 / (1 + Math.exp(-value));
    return [1 - p, p];
  });
}

function decided(scores: readonly number[], labels: readonly number[], count: number): Classes {
  const decisions = labels.map((truth, row) => {
    const probabilities = probabilitiesOf(scores.slice(row * count, (row + 1) * count));
    const confidence = Math.max(...probabilities);
    return { row, truth, guess: probabilities.indexOf(confidence), confidence, chance: probabilities[truth] ?? NaN };
  });
  return { kind: 'classes', count, decisions };
}

/** A row of probabilities as it is, a row of logits through the softmax. */
function probabilitiesOf(scores: readonly number[]): readonly number[] {
  const total = scores.reduce((a, b) => a + b, 0);
  if (Math.abs(total - 1) < 1e-3 && scores.every((p) => p >= 0 && p <= 1)) return scores;
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** How often class `truth` (a row) was taken for class `guess` (a column). */
export function confusionOf({ count, decisions }: Classes): readonly (readonly number[])[] {
  const counts = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (const { truth, guess } of decisions) {
    const row = counts[truth];
    if (row && guess >= 0) row[guess] = (row[guess] ?? 0) + 1;
  }
  return counts;
}

/** Wrong decisions, those first that found the truth least probable. */
export function worstOf({ decisions }: Classes, count: number): readonly Decision[] {
  return decisions
    .filter(({ truth, guess }) => truth !== guess)
    .toSorted((a, b) => a.chance - b.chance || a.row - b.row)
    .slice(0, count);
}
