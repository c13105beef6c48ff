/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Mutate = (input: Buffer, random: () => number, other: Buffer) => Buffer;

const pick = (random: () => number, limit: number) => Math.floor(random() * limit);
const cut = (input: Buffer, from: number, to: number, put: Buffer) =>
  Buffer.concat([input.subarray(0, from), put, input.subarray(to)]);

const openers = ["[", "{", '{"a":', '"', "-----BEGIN CERTIFICATE-----\n", "0\x80", "0\x83\x7f\xff"];
const closers = ["]", "}", '"', "-----END CERTIFICATE-----\n", "\0\0", ",", "\n", "\r"];
const maxRepeated = 512 * 1024;

/** Ways in which files get damaged, or are built to do harm. */
export const mutations: Readonly<Record<string, Mutate>> = {
  "bits flipped": (input, random) => {
    const copy = Buffer.from(input);
    for (let left = 1 + pick(random, 8); left > 0; left -= 1) {
      const at = pick(random, copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << pick(random, 8));
    }
    return copy;
  },
  "cut short": (input, random) => input.subarray(0, pick(random, input.length)),
  "beginning lost": (input, random) => input.subarray(pick(random, input.length)),
  "piece lost": (input, random) => {
    const from = pick(random, input.length);
    return cut(input, from, from + pick(random, 2000), Buffer.alloc(0));
  },
  "another format within": (input, random, other) => {
    const from = pick(random, other.length);
    const piece = other.subarray(from, from + 1 + pick(random, 4000));
    const at = pick(random, input.length);
    return cut(input, at, at, piece);
  },
  "another format after": (input, _random, other) => Buffer.concat([input, other]),
  "piece repeated": (input, random) => {
    const from = pick(random, input.length);
    const piece = input.subarray(from, from + 1 + pick(random, 300));
    const times = Math.floor((random() * maxRepeated) / piece.length);
    return cut(input, from, from, Buffer.concat(Array<Buffer>(times).fill(piece)));
  },
  "nested deep": (input, random) => {
    const opener = openers[pick(random, openers.length)] ?? "";
    const times = pick(random, 20_000);
    const at = pick(random, input.length);
    return cut(input, at, at, Buffer.from(opener.repeat(times), "latin1"));
  },
  "closed early": (input, random) => {
    const closer = closers[pick(random, closers.length)] ?? "";
    const at = pick(random, input.length);
    return cut(input, at, at, Buffer.from(closer.repeat(1 + pick(random, 4)), "latin1"));
  },
  "zeros within": (input, random) => {
    const at = pick(random, input.length);
    return cut(input, at, at, Buffer.alloc(pick(random, 70_000)));
  },
};
