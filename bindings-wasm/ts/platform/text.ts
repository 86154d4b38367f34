/**
 * The codecs of this package, its glue included: the platform's own, or these where it has none, as in Jest's jsdom. They
 * are slower, and know what is asked of them here alone.
 */
class Encoder {
  encode(text: string): Uint8Array {
    // Half a surrogate pair is written as all encoders write it, and refused by `encodeURIComponent`.
    const escaped = encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
    const parts = escaped.match(/%..|./g) ?? [];
    return Uint8Array.from(parts, (part) =>
      part.startsWith("%") ? Number(`0x${part.slice(1)}`) : part.charCodeAt(0),
    );
  }

  encodeInto(text: string, room: Uint8Array): { read: number; written: number } {
    const bytes = this.encode(text);
    room.set(bytes);
    return { read: text.length, written: bytes.length };
  }
}

class Decoder {
  decode(bytes: Uint8Array = new Uint8Array()): string {
    const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`);
    return decodeURIComponent(escaped.join(""));
  }
}

const TextEncoder = globalThis.TextEncoder ?? Encoder;
const TextDecoder = globalThis.TextDecoder ?? Decoder;

export { TextDecoder, TextEncoder };
