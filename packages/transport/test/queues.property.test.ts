import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from '../src/fifo.js';
import { frameOverhead, FrameQueue, SlabPool } from '../src/frame-queue.js';
import { Inbox, matches, type EndpointMessage } from '../src/inbox.js';
import type { NodeId } from '../src/index.js';

test('a Fifo is an array that is pushed and shifted', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.nat(40).map((push) => ({ push })),
          fc.nat(40).map((shift) => ({ shift })),
          fc.constant('clear'),
        ),
      ),
      (moves) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        let next = 0;
        for (const move of moves) {
          if (typeof move === 'string') {
            fifo.clear();
            model = [];
          } else if ('push' in move) {
            for (let count = 0; count < move.push; count++) {
              fifo.push(next);
              model.push(next++);
            }
          } else {
            for (let count = Math.min(move.shift, model.length); count > 0; count--)
              expect(fifo.shift()).toBe(model.shift());
          }
          expect(fifo.size).toBe(model.length);
        }
      },
    ),
  );
});

test('a Fifo that held much gives its slots back', () => {
  const fifo = new Fifo<number>();
  for (let item = 0; item < 10_000; item++) fifo.push(item);
  for (let item = 0; item < 10_000; item++) expect(fifo.shift()).toBe(item);
  fifo.push(1);
  expect([fifo.size, fifo.shift(), fifo.size]).toEqual([1, 1, 0]);
});

/** Lengths around the size of a slab, where frames begin a new one. */
const length = fc.oneof(
  fc.nat(300),
  fc.integer({ min: 30_000, max: 36_000 }),
  fc.integer({ min: 65_530, max: 65_545 }),
);
const queueMoves = fc.array(
  fc.oneof(
    length.map((push) => ({ push })),
    fc.nat(5).map((take) => ({ take })),
    fc.constant('publish' as const),
    fc.constant('clear' as const),
  ),
  { maxLength: 60 },
);

test('a frame queue gives frames as they were put in, as far as they are published, and scrubs them behind', () => {
  fc.assert(
    fc.property(queueMoves, (moves) => {
      // Two queues share a pool: what one gives back, the other one uses.
      const pool = new SlabPool();
      const other = new FrameQueue(pool);
      const queue = new FrameQueue(pool);
      let model: Uint8Array[] = [];
      let published = 0;
      let mark = 0;
      for (const move of moves) {
        if (move === 'publish') {
          queue.publish();
          published = model.length;
        } else if (move === 'clear') {
          queue.clear();
          model = [];
          published = 0;
        } else if ('push' in move) {
          const frame = new Uint8Array(move.push).fill(++mark);
          queue.push(frame);
          other.push(new Uint8Array(move.push).fill(0xaa));
          model.push(frame.slice());
          frame.fill(0);
        } else {
          for (let count = Math.min(move.take, published); count > 0; count--) {
            expect(queue.readable).toBe(true);
            queue.take();
            const { slab, start, end } = queue;
            expect(Buffer.compare(slab.subarray(start, end), model.shift() ?? Buffer.of(1, 2))).toBe(0);
            published--;
            queue.release();
            expect(slab.subarray(start, end).every((byte) => byte === 0xdb)).toBe(true);
          }
        }
        expect(queue.readable).toBe(published > 0);
        expect(queue.frames).toBe(model.length);
        expect(queue.bytes).toBe(model.reduce((sum, frame) => sum + frame.length + frameOverhead, 0));
      }
    }),
    { numRuns: 300 },
  );
});

const message = fc.record({
  from: fc.nat(2),
  tag: fc.constantFrom('', 'a', 'b'),
  round: fc.nat(2),
  length: fc.nat(40),
});
const query = fc.record(
  { from: fc.nat(2), tag: fc.constantFrom('', 'a', 'b'), round: fc.nat(2) },
  { requiredKeys: [] },
);

test('an inbox is a list that is searched from the front, and drops the oldest of whoever has too much', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          message.map((put) => ({ put })),
          query.map((take) => ({ take })),
        ),
        { maxLength: 200 },
      ),
      (moves) => {
        const inbox = new Inbox(3, 8, 100);
        const model: EndpointMessage[] = [];
        const of = (from: number): EndpointMessage[] => model.filter((kept) => kept.from === from);
        for (const move of moves) {
          if ('put' in move) {
            const { from, tag, round } = move.put;
            const put = { from: from as NodeId, tag, round, payload: new Uint8Array(move.put.length) };
            model.push(put);
            let dropped = 0;
            while (
              of(from).length > 1 &&
              (of(from).length > 8 || of(from).reduce((sum, { payload }) => sum + payload.length, 0) > 100)
            ) {
              model.splice(
                model.findIndex((kept) => kept.from === from),
                1,
              );
              dropped++;
            }
            expect(inbox.put(put)).toBe(dropped);
          } else {
            const { from, ...rest } = move.take;
            const wanted = { ...rest, ...(from === undefined ? {} : { from: from as NodeId }) };
            const at = model.findIndex((kept) => matches(wanted, kept));
            const [expected] = at < 0 ? [] : model.splice(at, 1);
            expect(inbox.take(wanted)).toBe(expected);
          }
        }
        expect(inbox.takeAll()).toEqual(model);
      },
    ),
  );
});
