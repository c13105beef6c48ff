import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBothWays } from "../read-both-ways.ts";
import { makeSample } from "../support.ts";

const { bytes, options } = makeSample("microchip", { count: 4 });
const entries = JSON.parse(bytes.toString()) as readonly Record<string, unknown>[];
const minified = JSON.stringify(entries);
const ids = entries.map(({ header }) => (header as { readonly uniqueId: string }).uniqueId);
const good = ids.map((id, index) => `${index + 1}: ${id}`);

const layouts: readonly (readonly [name: string, text: string | Uint8Array])[] = [
  ["as the vendor writes it", bytes],
  ["in one line", minified],
  ["with tabs and CRLF", JSON.stringify(entries, undefined, "\t").replaceAll("\n", "\r\n")],
  ["with a byte order mark", `\ufeff${minified}`],
  ["in UTF-16", Buffer.from(minified, "utf16le")],
  [
    "with its members in another order",
    JSON.stringify(entries.map((entry) => Object.fromEntries(Object.entries(entry).toReversed()))),
  ],
  [
    "with members of other names",
    JSON.stringify(entries.map((entry) => ({ note: { a: [1] }, ...entry }))),
  ],
  ["as one array after another", entries.map((entry) => JSON.stringify([entry])).join("\n")],
  ["as one object per line", entries.map((entry) => JSON.stringify(entry)).join("\n")],
  ["with a comma too many", minified.replace(/\]$/, ",]")],
  ["without the bracket at the end", minified.slice(0, -1)],
];

describe("the entries of a Microchip manifest", () => {
  test.for(layouts)("are found %s", async ([, text]) => {
    expect(await readBothWays(text, options)).toEqual({ format: "microchip", cas: 0, lines: good });
  });

  test("may be one alone, without an array", async () => {
    expect((await readBothWays(JSON.stringify(entries[0]), options)).lines).toEqual(
      good.slice(0, 1),
    );
  });

  test("that are cut short lose the last", async () => {
    const { lines } = await readBothWays(minified.slice(0, -50), options);
    expect(lines).toEqual([...good.slice(0, 3), "4: RECORD_UNCLOSED"]);
  });

  test("lose one that lost a bracket or a quote, and no other", async () => {
    const texts = [minified, bytes.toString(), JSON.stringify(entries, undefined, 4)];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.nat(3),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (text, which, place) => {
          const starts = [...text.matchAll(/\{\s*"payload"/g)].map(({ index }) => index);
          const [from = 0, to = text.lastIndexOf("}") + 1] = starts.slice(which);
          const marks = [...text.slice(from, to).matchAll(/[{}"]/g)];
          const at = from + (marks[Math.floor(place * marks.length)]?.index ?? 0);
          const { lines } = await readBothWays(text.slice(0, at) + text.slice(at + 1), options);
          const others = ids.filter((_, index) => index !== which);
          expect(
            lines
              .filter((line) => ids.some((id) => line.endsWith(id)))
              .map((line) => line.split(" ")[1]),
          ).toEqual(others);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("that go on without an end cost 256 kB, and not the rest", async () => {
    const endless = `{"payload":"${"A".repeat(300_000)}",`;
    const [first, ...others] = entries.map((entry) => JSON.stringify(entry));
    const { lines } = await readBothWays(`[${first},${endless}${others.join()}]`, options);
    const after = ids.slice(1).map((id, index) => `${index + 3}: ${id}`);
    expect(lines).toEqual([good[0], "2: RECORD_TOO_LONG", ...after]);
  });
});
