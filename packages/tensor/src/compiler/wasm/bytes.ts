/** Bytes under construction: one array, doubled when full. An array of numbers would make emission the slowest part of a first step. */

export class Bytes {
  private data: Uint8Array<ArrayBuffer>;
  length: number = 0;

  constructor(capacity: number = 256) {
    this.data = new Uint8Array(capacity);
  }

  byte(value: number): void {
    if (this.length === this.data.length) this.grow(1);
    this.data[this.length++] = value;
  }

  /** An unsigned number in LEB128: seven bits a byte, lowest first, the top bit set on all but the last. */
  unsigned(value: number): void {
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.byte((rest & 127) | 128);
    this.byte(rest);
  }

  /** A signed 32-bit number in LEB128: as `unsigned`, until only copies of the sign bit are left. */
  signed(value: number): void {
    let rest = value | 0;
    for (; rest < -64 || rest > 63; rest >>= 7) this.byte((rest & 127) | 128);
    this.byte(rest & 127);
  }

  /** 32 bits, lowest byte first. */
  word(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.byte((value >>> shift) & 255);
  }

  float32(value: number): void {
    this.append(new Uint8Array(Float32Array.of(value).buffer));
  }

  float64(value: number): void {
    this.append(new Uint8Array(Float64Array.of(value).buffer));
  }

  /** A name: its length and its characters (ASCII). */
  name(text: string): void {
    this.unsigned(text.length);
    for (let i = 0; i < text.length; i++) this.byte(text.charCodeAt(i));
  }

  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.data.length) this.grow(bytes.length);
    this.data.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Appends `other` with its length in front, as sections and function bodies are written. */
  sized(other: Bytes): void {
    this.unsigned(other.length);
    this.append(other.view());
  }

  /** What has been written so far: a window, good until the next write. */
  view(): Uint8Array<ArrayBuffer> {
    return this.data.subarray(0, this.length);
  }

  /** Overwrites a byte that has been written. */
  patch(at: number, value: number): void {
    this.data[at] = value;
  }

  private grow(more: number): void {
    const larger = new Uint8Array(Math.max(2 * this.data.length, this.length + more));
    larger.set(this.view());
    this.data = larger;
  }
}
