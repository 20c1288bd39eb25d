/**
 * Configuration as data. A class describes its options in one table of fields, complete by type: an option that is
 * missing from the table, or a required one not marked so, does not compile.
 */
import { FormatError } from '@gradus/tensor';
import type { Registry } from './registry.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A configuration: option names in camelCase. */
export interface Config {
  readonly [key: string]: Json;
}

/** An object as data: its class, and what its constructor was given. */
export interface Saved {
  readonly className: string;
  readonly config: Config;
}

/** How one option is written down and read back. */
export interface Field<T> {
  write(value: T): Json;
  /** @throws FormatError naming `where` and what was found */
  read(json: Json, where: string, registry: Registry): T;
}

/** A field that must be there. */
export interface Required<T> extends Field<T> {
  readonly required: true;
}

/** One field for each option; required exactly where the option is. */
export type Fields<O> = {
  readonly [K in keyof O]-?: Record<never, never> extends Pick<O, K> ? Field<Exclude<O[K], undefined>> : Required<O[K]>;
};

/** The same field, but its absence is an error. */
export function required<T>(field: Field<T>): Required<T> {
  return { required: true, write: (value) => field.write(value), read: (json, where, registry) => field.read(json, where, registry) };
}

function expected(where: string, what: string, json: Json): FormatError {
  return new FormatError(`${where}: expected ${what}, found ${JSON.stringify(json)}`);
}

export function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

export function isRecord(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !isList(json);
}

/** Any number; JSON has no infinity or NaN, so these are spelled. */
export const number: Field<number> = {
  write: (value) => (Number.isFinite(value) ? value : String(value)),
  read(json, where) {
    if (typeof json === 'number') return json;
    if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
    throw expected(where, 'a number', json);
  },
};

export const flag: Field<boolean> = {
  write: (value) => value,
  read(json, where) {
    if (typeof json === 'boolean') return json;
    throw expected(where, 'true or false', json);
  },
};

export const text: Field<string> = {
  write: (value) => value,
  read(json, where) {
    if (typeof json === 'string') return json;
    throw expected(where, 'a text', json);
  },
};

export const numbers: Field<readonly number[]> = listOf(number);

/** A list of what `item` describes. */
export function listOf<T>(item: Field<T>): Field<readonly T[]> {
  return {
    write: (values) => values.map((value) => item.write(value)),
    read(json, where, registry) {
      if (!isList(json)) throw expected(where, 'a list', json);
      return json.map((value, i) => item.read(value, `${where}[${i}]`, registry));
    },
  };
}

/** One number or several: a size for every axis, or one an axis. */
export const numberOrNumbers: Field<number | readonly number[]> = {
  write: (value) => (typeof value === 'number' ? number.write(value) : numbers.write(value)),
  read: (json, where, registry) => (isList(json) ? numbers.read(json, where, registry) : number.read(json, where, registry)),
};

/** What `field` describes, or null. */
export function nullable<T>(field: Field<T>): Field<T | null> {
  return {
    write: (value) => (value === null ? null : field.write(value)),
    read: (json, where, registry) => (json === null ? null : field.read(json, where, registry)),
  };
}

/** One of a few words. */
export function oneOf<T extends string>(...words: readonly T[]): Field<T> {
  return {
    write: (value) => value,
    read(json, where) {
      const found = words.find((word) => word === json);
      if (found === undefined) throw expected(where, `one of ${words.join(', ')}`, json);
      return found;
    },
  };
}

/** The options that are set, as data. */
export function write<O extends object>(fields: Fields<O>, options: O): Config;
export function write(fields: Record<string, Field<unknown>>, options: Record<string, unknown>): Config {
  const set = Object.entries(fields).filter(([key]) => options[key] !== undefined);
  return Object.fromEntries(set.map(([key, field]) => [key, field.write(options[key])]));
}

/** Options from data, each checked. Keys that are not in the table are an error: a spelling mistake must not pass. */
export function read<O extends object>(fields: Fields<O>, config: Config, registry: Registry): O;
export function read(
  fields: Record<string, Field<unknown> & { readonly required?: true }>,
  config: Config,
  registry: Registry,
): Record<string, unknown> {
  const unknown = Object.keys(config).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) throw new FormatError(`${unknown}: unknown option; known: ${Object.keys(fields).join(', ')}`);
  const options: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const json = Object.hasOwn(config, key) ? config[key] : undefined;
    if (json !== undefined) options[key] = field.read(json, key, registry);
    else if (field.required) throw new FormatError(`${key} is missing`);
  }
  return options;
}

/** `json` as a class and its configuration. */
export function savedOf(json: Json, where: string): Saved {
  if (isRecord(json)) {
    const { className, config } = json;
    if (typeof className === 'string' && config !== undefined && isRecord(config)) return { className, config };
  }
  throw expected(where, '{ className, config }', json);
}
