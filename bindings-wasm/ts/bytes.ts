/** What is bytes, of this realm or another, as bytes of this one: a `Buffer` is of another one in Jest and vitest. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  const kind = Object.prototype.toString.call(value);
  if (kind === "[object Uint8Array]" && ArrayBuffer.isView(value))
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return kind === "[object ArrayBuffer]" ? new Uint8Array(value as ArrayBuffer) : undefined;
}
