/** Outputs and what belongs to each of them, looked up by key: records may list their keys in any order. */
import { isTensor, mapLeaves } from '@gradus/nn';
import { ArgumentError } from '@gradus/tensor';
import type { Tensor } from '@gradus/tensor';

/** One value for every output of Y, or one for each of some: a key that is no output of Y does not compile. */
export type PerOutput<Y, T> = Y extends Tensor ? T : T | { readonly [K in keyof Y]?: PerOutput<Y[K], T> };

/** What outputs are held against: trees with the outputs' keys; one weight tensor serves all outputs. */
export interface Targets {
  readonly y: unknown;
  readonly sampleWeight: unknown;
}

export interface Output {
  /** The keys under which it stands, joined by dots: '' for a single output. */
  readonly place: string;
  readonly output: Tensor;
  readonly target: Tensor | undefined;
  readonly weight: Tensor | undefined;
}

export function outputsOf(yPred: unknown, { y, sampleWeight }: Targets): readonly Output[] {
  const found: Output[] = [];
  mapLeaves(
    yPred,
    isTensor,
    (output, [target, own], place) => {
      const weight = isTensor(sampleWeight) ? sampleWeight : own;
      found.push({ place, output, target: isTensor(target) ? target : undefined, weight: isTensor(weight) ? weight : undefined });
    },
    [y, sampleWeight],
  );
  return found;
}

/** What an option says of the output at `place`: its one value, or that under the output's keys. */
export function optionAt<T>(option: unknown, place: string, isValue: (value: unknown) => value is T): T | undefined {
  let found = option;
  for (const key of place === '' ? [] : place.split('.')) {
    if (isValue(found) || typeof found !== 'object' || found === null) break;
    found = Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined;
  }
  return isValue(found) ? found : undefined;
}

/** @throws ArgumentError where `option` names an output that the model does not have, or is no value at all */
export function checkOption(name: string, option: unknown, yPred: unknown, isValue: (value: unknown) => boolean): void {
  if (option === undefined || isValue(option)) return;
  if (typeof option !== 'object' || option === null)
    throw new ArgumentError(`${name}: unexpected ${option === null ? 'null' : typeof option}`);
  if (isTensor(yPred)) throw new ArgumentError(`${name}: expected one value for the model's one output, found keys: ${keysOf(option)}`);
  const outputs = typeof yPred === 'object' && yPred !== null ? yPred : {};
  for (const [key, inside] of Object.entries<unknown>({ ...option })) {
    if (!Object.hasOwn(outputs, key)) throw new ArgumentError(`${name}: '${key}' is no output of the model; there are: ${keysOf(outputs)}`);
    checkOption(`${name}.${key}`, inside, Reflect.get(outputs, key), isValue);
  }
}

function keysOf(record: object): string {
  return Object.keys(record).join(', ');
}
