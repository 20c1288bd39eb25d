/** A function's bytes as text, close to the WebAssembly text format: one instruction a line, blocks indented. */
import { lane, laneMemory, memory, plain, types } from './instructions.js';

/** How the operands inside an instruction are to be read. */
type Shape =
  'plain' | 'memory' | 'lane' | 'laneMemory' | 'index' | 'i32' | 'i64' | 'f32' | 'f64' | 'words' | 'bytes' | 'block' | 'else' | 'end';

type Entry = readonly [name: string, shape: Shape];

const others: readonly (readonly [number, string, Shape])[] = [
  [0x02, 'block', 'block'],
  [0x03, 'loop', 'block'],
  [0x04, 'if', 'block'],
  [0x05, 'else', 'else'],
  [0x0b, 'end', 'end'],
  [0x0c, 'br', 'index'],
  [0x0d, 'br_if', 'index'],
  [0x10, 'call', 'index'],
  [0x20, 'local.get', 'index'],
  [0x21, 'local.set', 'index'],
  [0x22, 'local.tee', 'index'],
  [0x41, 'i32.const', 'i32'],
  [0x42, 'i64.const', 'i64'],
  [0x43, 'f32.const', 'f32'],
  [0x44, 'f64.const', 'f64'],
  [0xfd00c, 'v128.const i32x4', 'words'],
  [0xfd00d, 'i8x16.shuffle', 'bytes'],
];

function table(): ReadonlyMap<number, Entry> {
  const entries = new Map<number, Entry>();
  for (const [name, code] of Object.entries(plain)) entries.set(code, [name, 'plain']);
  for (const [name, [code]] of Object.entries(memory)) entries.set(code, [name, 'memory']);
  for (const [name, code] of Object.entries(lane)) entries.set(code, [name, 'lane']);
  for (const [name, [code]] of Object.entries(laneMemory)) entries.set(code, [name, 'laneMemory']);
  for (const [code, name, shape] of others) entries.set(code, [name, shape]);
  return entries;
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  at: number = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    return this.bytes[this.at++];
  }

  signed(): bigint {
    let value = 0n;
    let shift = 0n;
    for (;;) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      shift += 7n;
      if (byte < 128) return BigInt.asIntN(Number(shift), value);
    }
  }

  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  bytesOf(count: number): readonly number[] {
    return Array.from({ length: count }, () => this.byte());
  }

  number(size: 4 | 8): number {
    this.at += size;
    return size === 4 ? this.view.getFloat32(this.at - 4, true) : this.view.getFloat64(this.at - 8, true);
  }

  word(): number {
    this.at += 4;
    return this.view.getInt32(this.at - 4, true);
  }
}

/** The text of a function's body, as `FunctionBuilder.finish` gives it. */
export function textOf(body: Uint8Array): string {
  const entries = table();
  const names = new Map<number, string>(Object.entries(types).map(([name, code]) => [code, name]));
  const reader = new Reader(body);
  const lines: string[] = [];
  for (let runs = reader.unsigned(); runs > 0; runs--) {
    const count = reader.unsigned();
    lines.push(`local ${names.get(reader.byte()) ?? '?'} x ${count}`);
  }
  let indent = '';
  while (!reader.done) {
    const first = reader.byte();
    const [name, shape] = entries.get(first >= 0xfd ? first * 0x1000 + reader.unsigned() : first) ?? [`0x${first.toString(16)}`, 'plain'];
    if (shape === 'end' || shape === 'else') indent = indent.slice(2);
    if (!reader.done) lines.push(`${indent}${name}${operandsOf(shape, reader)}`);
    if (shape === 'block' || shape === 'else') indent += '  ';
  }
  return lines.join('\n');
}

function operandsOf(shape: Shape, reader: Reader): string {
  switch (shape) {
    case 'index':
      return ` ${reader.unsigned()}`;
    case 'i32':
    case 'i64':
      return ` ${reader.signed()}`;
    case 'f32':
      return ` ${reader.number(4)}`;
    case 'f64':
      return ` ${reader.number(8)}`;
    case 'words':
      return ` ${Array.from({ length: 4 }, () => reader.word()).join(' ')}`;
    case 'bytes':
      return ` ${reader.bytesOf(16).join(' ')}`;
    case 'lane':
      return ` ${reader.byte()}`;
    case 'memory':
      return memoryOperands(reader);
    case 'laneMemory':
      return `${memoryOperands(reader)} ${reader.byte()}`;
    case 'block':
      reader.byte();
      return '';
    case 'plain':
    case 'else':
    case 'end':
      return '';
  }
}

function memoryOperands(reader: Reader): string {
  reader.unsigned();
  const offset = reader.unsigned();
  return offset === 0 ? '' : ` offset=${offset}`;
}
