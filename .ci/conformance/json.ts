/** Parts of a file of cases, read with checks: a case that is not as the format says is an error that names the place. */

export type Json = null | boolean | number | string | readonly Json[] | JsonRecord;
export interface JsonRecord {
  readonly [key: string]: Json;
}

export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

export interface Case {
  readonly id: string;
  readonly area: string;
  readonly config: JsonRecord;
  readonly inputs: JsonRecord;
  readonly expected: JsonRecord;
  readonly tol: Tolerance;
}

export function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

export function isRecord(json: Json | undefined): json is JsonRecord {
  return typeof json === 'object' && json !== null && !isList(json);
}

function wrong(what: string, json: Json | undefined): Error {
  return new Error(`the case: expected ${what}, found ${JSON.stringify(json)?.slice(0, 100)}`);
}

export function recordOf(json: Json | undefined): JsonRecord {
  if (isRecord(json)) return json;
  throw wrong('a record', json);
}

export function listOf(json: Json | undefined): readonly Json[] {
  if (isList(json)) return json;
  throw wrong('a list', json);
}

export function textOf(json: Json | undefined): string {
  if (typeof json === 'string') return json;
  throw wrong('a text', json);
}

/** A number; the three that JSON lacks are spelled. */
export function numberOf(json: Json | undefined): number {
  if (typeof json === 'number') return json;
  if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
  throw wrong('a number', json);
}

export const numbersOf = (json: Json | undefined): readonly number[] => listOf(json).map(numberOf);
export const textsOf = (json: Json | undefined): readonly string[] => listOf(json).map(textOf);

export function toleranceOf(json: Json | undefined): Tolerance {
  const { atol, rtol } = recordOf(json);
  return { atol: numberOf(atol), rtol: numberOf(rtol) };
}

/** The cases of a file. */
export function casesOf(text: string): readonly Case[] {
  const file: Json = JSON.parse(text);
  return listOf(recordOf(file)['cases']).map((json) => {
    const { id, area, config, inputs, expected, tol } = recordOf(json);
    return {
      id: textOf(id),
      area: textOf(area),
      config: recordOf(config),
      inputs: recordOf(inputs),
      expected: recordOf(expected),
      tol: toleranceOf(tol),
    };
  });
}
