/** Keras' classes as ours: explicit tables, one entry a class, with the names of the options that ours has. */
import { isRecord } from './json.js';
import type { Json, JsonRecord } from './json.js';

/** A kind, a class or an option that Gradus does not have. */
export class Missing extends Error {}

/** Options as ours are named; their values are checked by the class itself. */
export type Options = Readonly<Record<string, unknown>>;

export interface Entry<T> {
  readonly options: readonly string[];
  make(options: Options): T;
}

export type Classes<T> = Readonly<Record<string, Entry<T>>>;

/** A class that is made of one record of options, and which of them cases may give. Values come from a file: the class itself checks them. */
export function of<O extends object, T>(Class: new (options?: O) => T, options: readonly (keyof NoInfer<O> & string)[]): Entry<T>;
export function of(Class: new (options?: Options) => unknown, options: readonly string[]): Entry<unknown> {
  return { options, make: (given) => new Class(given) };
}

/** What a function makes of options, a class with other arguments, say. */
export function by<O extends object, T>(make: (options: O) => T, options: readonly (keyof NoInfer<O> & string)[]): Entry<T>;
export function by(make: (options: Options) => unknown, options: readonly string[]): Entry<unknown> {
  return { options, make };
}

/** `beta_1` is `beta1`, `from_logits` is `fromLogits`. */
export function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** How a family differs from camelCase. */
export interface Dialect {
  /** Other names of arguments. */
  readonly names?: Readonly<Record<string, string>>;
  /** Arguments that choose a word: in snake case there, in camelCase here; a few have another name. */
  readonly words?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What null means, where it does not mean the default. */
  readonly nulls?: Readonly<Record<string, unknown>>;
  /** Arguments that say nothing with these values: what Gradus always does. */
  readonly neutral?: Readonly<Record<string, readonly Json[]>>;
  /** Other values, argument by argument. */
  convert?(name: string, value: Json): unknown;
}

/** Our options for Keras' arguments. */
export function optionsFor(what: string, args: JsonRecord, known: readonly string[], dialect: Dialect = {}): Options {
  const { names = {}, words = {}, nulls = {}, neutral = {} } = dialect;
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(args)) {
    const name = names[key] ?? camelCase(key);
    if (!known.includes(name)) {
      if (value === null || neutral[key]?.some((one) => JSON.stringify(one) === JSON.stringify(value))) continue;
      throw new Missing(`the option ${key} = ${JSON.stringify(value)} of ${what}`);
    }
    const chosen = words[key];
    if (value === null) {
      if (key in nulls) options[name] = nulls[key];
    } else if (chosen && typeof value === 'string') options[name] = chosen[value] ?? camelCase(value);
    else options[name] = dialect.convert ? dialect.convert(name, value) : value;
  }
  return options;
}

/** An object of the class `name`. */
export function make<T>(area: string, classes: Classes<T>, name: string, args: JsonRecord, dialect?: Dialect): T {
  const found = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (!found) throw new Missing(`the ${area} ${name}`);
  return found.make(optionsFor(name, args, found.options, dialect));
}

/** A class with its arguments inside the arguments of another. */
export interface Nested {
  readonly name: string;
  readonly args: JsonRecord;
}

export function nestedOf(json: Json | undefined): Nested | undefined {
  if (!isRecord(json)) return undefined;
  const { class: name, args = {} } = json;
  return typeof name === 'string' && isRecord(args) ? { name, args } : undefined;
}
