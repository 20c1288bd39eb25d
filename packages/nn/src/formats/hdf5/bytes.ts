import { FormatError } from '@gradus/tensor';

/** The bytes of an HDF5 file: little-endian numbers at places, each place checked before it is read. */
export class Bytes {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  /** How many bytes may still be copied out: places may overlap, so a small file could otherwise fill the memory. */
  private left: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.left = 4 * bytes.length + 1_000_000;
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    return this.view.getUint8(this.checked(at, 1));
  }
  u16(at: number): number {
    return this.view.getUint16(this.checked(at, 2), true);
  }
  u32(at: number): number {
    return this.view.getUint32(this.checked(at, 4), true);
  }

  /** An address or a length. */
  u64(at: number): number {
    const value = this.view.getBigUint64(this.checked(at, 8), true);
    if (value > Number.MAX_SAFE_INTEGER) throw fault(`an address or length ${value} at byte ${at}`);
    return Number(value);
  }

  /** Whether the format's word for "nowhere" stands here. */
  isNowhere(at: number): boolean {
    return this.view.getBigUint64(this.checked(at, 8), true) === 2n ** 64n - 1n;
  }

  /** Whether these letters stand here. */
  is(word: string, at: number): boolean {
    this.checked(at, word.length);
    return this.bytes.subarray(at, at + word.length).every((byte, i) => byte === word.charCodeAt(i));
  }

  /** A copy, from offset 0 of a buffer of its own. */
  copy(at: number, length: number): Uint8Array<ArrayBuffer> {
    this.checked(at, length);
    this.left -= length;
    if (this.left < 0) throw fault('its parts overlap and would fill far more than the file itself');
    const own = new Uint8Array(length);
    own.set(this.bytes.subarray(at, at + length));
    return own;
  }

  /** UTF-8 that takes `length` bytes, or ends before at a zero. */
  text(at: number, length: number): string {
    const bytes = this.copy(at, length);
    const end = bytes.indexOf(0);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(end < 0 ? bytes : bytes.subarray(0, end));
    } catch {
      throw fault(`a text at byte ${at} that is not UTF-8`);
    }
  }

  /** Text that a zero ends, in at most `most` bytes. */
  zeroEnded(at: number, most: number): string {
    const end = this.bytes.indexOf(0, this.checked(at, 0));
    if (end < 0 || end - at > most) throw fault(`a name at byte ${at} that does not end`);
    return this.text(at, end - at);
  }

  private checked(at: number, length: number): number {
    if (at >= 0 && length >= 0 && at + length <= this.bytes.length) return at;
    throw fault(`it ends at byte ${this.bytes.length}, and points to byte ${at + length}`);
  }
}

export function fault(what: string): FormatError {
  return new FormatError(`HDF5: ${what}`);
}
