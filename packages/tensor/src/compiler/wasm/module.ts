/**
 * A WebAssembly module under construction: function types, imports, functions, exports.
 *
 * @example
 * const module = new ModuleBuilder();
 * module.export('add', module.function(['i32', 'i32'], ['i32'], (f) => f.get(0).get(1).op('i32.add')));
 * new WebAssembly.Module(module.finish());
 */
import { Bytes } from './bytes.js';
import { FunctionBuilder } from './function.js';
import { types } from './instructions.js';
import type { ValueType } from './instructions.js';

/** The index of a function in a module. */
export type FunctionIndex = number;

/** A memory's least and greatest size, in pages of 64 KiB. */
export interface MemoryLimits {
  readonly minimum: number;
  readonly maximum?: number | undefined;
  /** Threads can share it; it then needs a maximum. @defaultValue false */
  readonly shared?: boolean | undefined;
}

export class ModuleBuilder {
  private readonly signatures: string[] = [];
  private readonly imports: Bytes = new Bytes();
  private importCount = 0;
  private importedFunctions = 0;
  private readonly kinds: number[] = [];
  /** How many bytes each body takes. */
  private readonly lengths: number[] = [];
  private readonly code: Bytes = new Bytes(4096);
  private readonly exports: Bytes = new Bytes();
  private exportCount = 0;
  private readonly once = new Map<string, FunctionIndex>();

  /** How many bytes of code there are so far. */
  get bytes(): number {
    return this.code.length;
  }

  importMemory(from: string, name: string, { minimum, maximum, shared = false }: MemoryLimits): void {
    this.import(from, name, 0x02);
    this.imports.byte((maximum === undefined ? 0 : 1) | (shared ? 2 : 0));
    this.imports.unsigned(minimum);
    if (maximum !== undefined) this.imports.unsigned(maximum);
  }

  /** Imports come before all functions: they share one numbering. */
  importFunction(from: string, name: string, params: readonly ValueType[], results: readonly ValueType[] = []): FunctionIndex {
    if (this.kinds.length > 0) throw new Error(`import ${from}.${name} before the first function of the module`);
    this.import(from, name, 0x00);
    this.imports.unsigned(this.signature(params, results));
    return this.importedFunctions++;
  }

  function(params: readonly ValueType[], results: readonly ValueType[], inside: (f: FunctionBuilder) => void): FunctionIndex {
    const f = new FunctionBuilder(params, results);
    inside(f);
    const body = f.finish();
    this.code.sized(body);
    this.lengths.push(body.length);
    return this.importedFunctions + this.kinds.push(this.signature(params, results)) - 1;
  }

  /** The body of a function, for those who want to read it (`textOf`). */
  body(index: FunctionIndex): Uint8Array {
    let end = this.code.length;
    const at = index - this.importedFunctions;
    for (let i = this.lengths.length - 1; i > at; i--) end -= this.lengths[i] + sizeOfUnsigned(this.lengths[i]);
    return this.code.view().slice(end - this.lengths[at], end);
  }

  /** The function called `key`, made when it is first asked for: how kernels share their helpers. */
  shared(key: string, make: () => FunctionIndex): FunctionIndex {
    const known = this.once.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.once.set(key, made);
    return made;
  }

  export(name: string, index: FunctionIndex): void {
    this.exports.name(name);
    this.exports.byte(0x00);
    this.exports.unsigned(index);
    this.exportCount++;
  }

  /** The module's bytes: what `new WebAssembly.Module` takes. */
  finish(): Uint8Array<ArrayBuffer> {
    const out = new Bytes(this.code.length + 1024);
    out.append(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    section(out, 1, this.signatures.length, (s) => {
      for (const text of this.signatures) for (const code of text.split(' ')) s.byte(Number(code));
    });
    section(out, 2, this.importCount, (s) => s.append(this.imports.view()));
    section(out, 3, this.kinds.length, (s) => {
      for (const kind of this.kinds) s.unsigned(kind);
    });
    section(out, 7, this.exportCount, (s) => s.append(this.exports.view()));
    section(out, 10, this.kinds.length, (s) => s.append(this.code.view()));
    return out.view().slice();
  }

  private import(from: string, name: string, kind: number): void {
    this.imports.name(from);
    this.imports.name(name);
    this.imports.byte(kind);
    this.importCount++;
  }

  private signature(params: readonly ValueType[], results: readonly ValueType[]): number {
    const list = (kinds: readonly ValueType[]): readonly number[] => [kinds.length, ...kinds.map((kind) => types[kind])];
    const text = [0x60, ...list(params), ...list(results)].join(' ');
    const known = this.signatures.indexOf(text);
    return known >= 0 ? known : this.signatures.push(text) - 1;
  }
}

function section(out: Bytes, id: number, count: number, inside: (section: Bytes) => void): void {
  if (count === 0) return;
  const content = new Bytes();
  content.unsigned(count);
  inside(content);
  out.byte(id);
  out.sized(content);
}

/** How many bytes LEB128 takes. */
function sizeOfUnsigned(value: number): number {
  return value < 128 ? 1 : 1 + sizeOfUnsigned(value >>> 7);
}
