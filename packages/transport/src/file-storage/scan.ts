import {
  damaged,
  decodeRecord,
  framedBytes,
  headerBytes,
  recordHeaderBytes,
  type Header,
  type LogEnd,
} from './format.js';

/** What a file holds. */
export interface Scan {
  /** Views of the file's bytes. */
  readonly records: readonly Uint8Array[];
  /** Behind the last whole record. */
  readonly end: LogEnd;
  /** Bytes behind that, up to the last one that is not zero. */
  readonly torn: number;
}

/** Reads the records of a file. Throws Q3045 when something is damaged that had been durable. */
export function scan(file: Buffer, header: Header, path: string): Scan {
  const records: Uint8Array[] = [];
  let position = headerBytes;
  for (;;) {
    const found = decodeRecord(file, position, header.salt);
    if (found === undefined || found.number !== records.length + 1) break;
    records.push(file.subarray(found.start, found.end));
    position += framedBytes(found.end - found.start);
  }
  const end = { position, number: records.length + 1 };
  if (records.length < header.whole) {
    throw damaged(
      `record ${end.number} of ${path} is damaged, at byte ${position}: the first ${header.whole} were whole`,
    );
  }
  const torn = lastByte(file, position) - position;
  if (torn > 0) refuseDamage(file, header, end, path);
  return { records, end, torn: Math.max(torn, 0) };
}

/** Where the last byte that is not zero ends. */
function lastByte(file: Buffer, from: number): number {
  let end = file.length;
  while (end > from && file[end - 1] === 0) end--;
  return end;
}

/**
 * A crash tears the batch that was being written, in any pattern, and nothing else. A whole record that was written when the missing one
 * had been durable shows that this was no crash.
 */
function refuseDamage(file: Buffer, header: Header, end: LogEnd, path: string): void {
  for (let position = end.position; position + recordHeaderBytes <= file.length; position += 8) {
    // Cheap first: this looks at every eighth byte of what may be a long tail.
    if (file.readUInt32LE(position + 8) <= end.number) continue;
    const found = decodeRecord(file, position, header.salt);
    if (found === undefined || found.number - found.back <= end.number) continue;
    throw damaged(
      `record ${end.number} of ${path} is damaged, at byte ${end.position}: record ${found.number} is whole behind it`,
    );
  }
}
