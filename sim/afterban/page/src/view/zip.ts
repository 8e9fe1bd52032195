/* Files in one archive, stored as they are: a PNG is packed already. */

const TABLE = Uint32Array.from({ length: 256 }, (_, k) => {
  let c = k;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

const DAY = 0x21; // 1 January 1980, the first day that an archive knows: the same files give the same bytes

/** Numbers of two or four bytes, the lowest byte first. */
function packed(fields: [bytes: 2 | 4, value: number][]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(fields.reduce((sum, [bytes]) => sum + bytes, 0)), view = new DataView(out.buffer);
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true); else view.setUint32(at, value, true);
    at += bytes;
  }
  return out;
}

export function zip(files: readonly { name: string; content: Uint8Array<ArrayBuffer> }[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [], index: Uint8Array<ArrayBuffer>[] = [];
  const size = (of: Uint8Array[]) => of.reduce((sum, part) => sum + part.length, 0);
  for (const { name, content } of files) {
    const bytes = new TextEncoder().encode(name), offset = size(parts);
    // Version 2.0, name in UTF-8, stored, time, day, sum, packed size, size, length of the name, nothing more.
    const about: [2 | 4, number][] = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, DAY], [4, crc32(content)], [4, content.length], [4, content.length], [2, bytes.length], [2, 0]];
    parts.push(packed([[4, 0x04034b50], ...about]), bytes, content);
    index.push(packed([[4, 0x02014b50], [2, 20], ...about, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), bytes);
  }
  const end = packed([[4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size(index)], [4, size(parts)], [2, 0]]);
  return new Blob([...parts, ...index, end], { type: "application/zip" });
}
