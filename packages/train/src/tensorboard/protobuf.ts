/** As much of Protocol Buffers' wire format as events need: writing fields one after the other, and taking a message apart. */
import { FormatError } from '@gradus/tensor';
import { joined } from './bytes.js';

const [varintType, doubleType, bytesType, floatType] = [0, 1, 2, 5];

/** A message: fields in the order in which they are added. */
export class Message {
  private readonly parts: Uint8Array[] = [];

  /** A whole number, not negative: any of the integer types, and enums. */
  int(field: number, value: number): this {
    this.parts.push(varint(field * 8 + varintType), varint(value));
    return this;
  }
  double(field: number, value: number): this {
    return this.fixed(field, doubleType, 8, (view) => view.setFloat64(0, value, true));
  }
  float(field: number, value: number): this {
    return this.fixed(field, floatType, 4, (view) => view.setFloat32(0, value, true));
  }
  bytes(field: number, value: Uint8Array): this {
    this.parts.push(varint(field * 8 + bytesType), varint(value.length), value);
    return this;
  }
  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }
  message(field: number, value: Message): this {
    return this.bytes(field, value.encoded());
  }
  encoded(): Uint8Array {
    return joined(this.parts);
  }

  private fixed(field: number, type: number, size: number, put: (view: DataView) => void): this {
    const bytes = new Uint8Array(size);
    put(new DataView(bytes.buffer));
    this.parts.push(varint(field * 8 + type), bytes);
    return this;
  }
}

/** Seven bits a byte, the lowest first; beyond 32 bits too. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

/** The fields of a message: numbers, and the bytes of what is longer; of several with one number, all. */
export class Fields {
  private readonly values: Map<number, (number | Uint8Array)[]> = new Map();

  /** @throws FormatError where the bytes are no message */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const skip = (size: number): number => {
      at += size;
      if (at > bytes.length) throw new FormatError('protobuf: a field goes beyond the end of its message');
      return at - size;
    };
    const next = (): number => {
      for (let value = 0, scale = 1; ; scale *= 0x80) {
        const byte = bytes[skip(1)] ?? 0;
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
      }
    };
    const read = (type: number): number | Uint8Array => {
      if (type === varintType) return next();
      if (type === doubleType) return view.getFloat64(skip(8), true);
      if (type === floatType) return view.getFloat32(skip(4), true);
      if (type !== bytesType) throw new FormatError(`protobuf: there is no wire type ${type}`);
      const size = next();
      const start = skip(size);
      return bytes.subarray(start, start + size);
    };
    while (at < bytes.length) {
      const key = next();
      const field = Math.floor(key / 8);
      const known = this.values.get(field);
      const value = read(key % 8);
      if (known) known.push(value);
      else this.values.set(field, [value]);
    }
  }

  /** 0 where it is missing, as everywhere in Protocol Buffers. */
  number(field: number): number {
    const value = this.values.get(field)?.at(-1);
    return typeof value === 'number' ? value : 0;
  }
  all(field: number): readonly Uint8Array[] {
    return (this.values.get(field) ?? []).filter((value) => typeof value !== 'number');
  }
  numbers(field: number): readonly number[] {
    return (this.values.get(field) ?? []).filter((value) => typeof value === 'number');
  }
  bytes(field: number): Uint8Array {
    return this.all(field).at(-1) ?? new Uint8Array();
  }
  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }
  fields(field: number): Fields {
    return new Fields(this.bytes(field));
  }
}
