/**
 * The bytes of a log file. Little-endian; every record begins at a multiple of 8.
 *
 *     header, 512 bytes   magic 8 · version 4 · checksum of the rest 4 · salt 8 · whole 4 · identity length 4 · identity · zeros
 *     record              checksum of head 4 · length 4 · number 4 · back 4 · checksum of bytes 4 · bytes · zeros up to the next multiple of 8
 *     …
 *     zeros               up to the end of what was allocated
 *
 * - `salt` is drawn at random for each file. The checksum of a head begins with it and with the position, so that neither what an older
 *   file has left on the disk, nor a record in another place, nor bytes that a peer has put into a record pass for a record. Bytes
 *   are looked at only behind a head that is whole: nobody makes a search for records long.
 * - `whole`: so many records were there before the file got its name. A crash cannot have torn them.
 * - `number` counts the records of the file from 1. `back` says how many records before this one belong to the same batch: all
 *   that are earlier had been durable before this one was written.
 */
import { crc32 } from 'node:zlib';
import { QuorateError } from '@quorate/serialization';

export const headerBytes = 512;
export const recordHeaderBytes = 20;
/** Of the identity, in UTF-8. */
export const maxIdentityBytes = 256;
const version = 1;
const magic = 'QUORATE\n';
const identityAt = 32;

/** What stands in a file's header, apart from its identity. */
export interface Header {
  readonly salt: number;
  readonly whole: number;
}

/** Bytes that a record of so many bytes takes in the file. */
export const framedBytes = (length: number): number => (recordHeaderBytes + length + 7) & ~7;

/** A new file's header. `random` are 8 bytes. */
export function encodeHeader(identity: Uint8Array, random: Uint8Array, whole: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 0, 'latin1');
  header.writeUInt32LE(version, 8);
  header.set(random, 16);
  header.writeUInt32LE(whole, 24);
  header.writeUInt32LE(identity.length, 28);
  header.set(identity, identityAt);
  header.writeUInt32LE(crc32(header.subarray(16)), 12);
  return header;
}

/** Reads a header. Throws Q3043 (no log, or not this node's), Q3044 (another version), Q3045 (damaged). */
export function decodeHeader(bytes: Buffer, identity: Uint8Array, path: string): Header {
  if (bytes.length < headerBytes || bytes.toString('latin1', 0, 8) !== magic) {
    throw new QuorateError('Q3043', `${path} is no log`, 'check the path; the file was not touched');
  }
  const found = bytes.readUInt32LE(8);
  if (found !== version) {
    throw new QuorateError('Q3044', `${path} is a log of version ${found}, this program writes version ${version}`);
  }
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16, headerBytes))) {
    throw damaged(`the header of ${path} is damaged`);
  }
  const whose = bytes.subarray(identityAt, identityAt + bytes.readUInt32LE(28));
  if (!whose.equals(identity)) {
    const names = `${JSON.stringify(whose.toString())}, not of ${JSON.stringify(Buffer.from(identity).toString())}`;
    throw new QuorateError('Q3043', `${path} is the log of ${names}`, 'check the path; the file was not touched');
  }
  return { salt: crc32(bytes.subarray(16, 24)), whole: bytes.readUInt32LE(24) };
}

export const damaged = (what: string): QuorateError =>
  new QuorateError(
    'Q3045',
    what,
    'restore the file from a copy that is as new, or move it away and start the node without records',
  );

/** Where the next record goes. */
export interface LogEnd {
  readonly position: number;
  readonly number: number;
}

/** Writes a batch for the place `end` into `target`, which is long enough. Answers how many bytes it takes. */
export function encodeBatch(records: readonly Uint8Array[], target: Buffer, salt: number, end: LogEnd): number {
  let at = 0;
  let back = 0;
  for (const record of records) {
    const next = at + framedBytes(record.length);
    const bytes = crc32(record);
    target.writeUInt32LE(headChecksum(salt, end.position + at, record.length, end.number + back, back, bytes), at);
    target.writeUInt32LE(record.length, at + 4);
    target.writeUInt32LE(end.number + back, at + 8);
    target.writeUInt32LE(back, at + 12);
    target.writeUInt32LE(bytes, at + 16);
    target.set(record, at + recordHeaderBytes);
    target.fill(0, at + recordHeaderBytes + record.length, next);
    at = next;
    back++;
  }
  return at;
}

/** A whole record in a file. */
export interface FoundRecord {
  readonly number: number;
  readonly back: number;
  readonly start: number;
  readonly end: number;
}

/** The record at a position of a file, if there is a whole one. */
export function decodeRecord(file: Buffer, position: number, salt: number): FoundRecord | undefined {
  if (position + recordHeaderBytes > file.length) return undefined;
  const length = file.readUInt32LE(position + 4);
  const number = file.readUInt32LE(position + 8);
  const back = file.readUInt32LE(position + 12);
  const bytes = file.readUInt32LE(position + 16);
  const start = position + recordHeaderBytes;
  const end = start + length;
  // Zeros are no record: numbers begin with 1.
  if (number === 0 || end > file.length) return undefined;
  if (file.readUInt32LE(position) !== headChecksum(salt, position, length, number, back, bytes)) return undefined;
  return bytes === crc32(file.subarray(start, end)) ? { number, back, start, end } : undefined;
}

const head = Buffer.alloc(24);

/** Of a record's head, with what is not written because it is known. */
function headChecksum(
  salt: number,
  position: number,
  length: number,
  number: number,
  back: number,
  bytes: number,
): number {
  head.writeUInt32LE(salt, 0);
  head.writeUInt32LE(position, 4);
  head.writeUInt32LE(length, 8);
  head.writeUInt32LE(number, 12);
  head.writeUInt32LE(back, 16);
  head.writeUInt32LE(bytes, 20);
  return crc32(head);
}
