import { open } from 'node:fs/promises';

/** Read at a time, in bytes. */
const pieceBytes = 65_536;

/** The text of a file; undefined when it is longer than `maxBytes`. The size that a file claims is not believed: devices have none. */
export async function readBounded(path: string, maxBytes: number): Promise<string | undefined> {
  const file = await open(path);
  try {
    const pieces: Buffer[] = [];
    for (let length = 0; length <= maxBytes;) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.allocUnsafe(pieceBytes) });
      if (bytesRead === 0) return Buffer.concat(pieces).toString('utf8');
      pieces.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return undefined;
  } finally {
    await file.close();
  }
}
