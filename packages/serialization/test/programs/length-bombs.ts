/** Prints by how many MiB the peak memory of this process grows over length bombs, ours first, then a library's. */
import { decode } from '@msgpack/msgpack';
import { anyValue, codec, list, mapping, Refusal, text } from '@quorate/serialization';

const huge = 2 ** 26;
const subjects = [
  codec(anyValue({ max: huge })),
  codec(list(anyValue({ max: huge }), { max: huge })),
  codec(mapping(anyValue({ max: huge }), { max: huge, maxKey: huge })),
  codec(text({ max: huge })),
];
const headers = ['dd', 'df', 'db', 'c6'].flatMap((format) => [`${format}04000000`, `${format}ffffffff`]);
const bombs = [`dd01000000${'c0'.repeat(1024)}`, ...headers].map((digits) =>
  Uint8Array.from(Buffer.from(digits, 'hex')),
);
const peak = (): number => process.resourceUsage().maxRSS / 1024;
const judge = (): boolean =>
  subjects.every((subject) => bombs.every((bomb) => subject.decode(bomb) instanceof Refusal));

let refused = judge();
const before = peak();
for (let i = 0; i < 1000; i++) {
  refused = judge() && refused;
}
const ours = peak() - before;
try {
  decode(bombs[0] ?? new Uint8Array(0));
} catch {
  // It notices in the end that the items are not there.
}
process.stdout.write(JSON.stringify({ ours, library: peak() - before - ours, refused }));
