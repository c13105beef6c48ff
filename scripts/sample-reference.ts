import { refusedSamples } from "../src/formats/sample/refused-samples.ts";
import {
  codeOf,
  defectsOf,
  isSampleDefect,
  type SampleDefect,
  sampleDefects,
} from "../src/formats/sample/sample-defects.ts";
import { allSamples } from "../src/formats/sample/sample-formats.ts";

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** Writes what `muster sample` makes, and what can be wrong with it. */
export function toSampleSections(table: Table): readonly string[] {
  const defects = Object.keys(sampleDefects).filter(isSampleDefect);
  const ofFile = (of: "record" | "file") =>
    defects.filter((name) => sampleDefects[name].of === of).map(toRow);
  const head = ["defect", "what is wrong", "what Muster says", "formats"];
  return [
    `What \`muster sample\` makes: manifests of devices that do not exist, under CAs that nobody trusts, written as
their vendors write them. [Manifests](../formats.md) tells of each format.`,
    table(
      ["format", "what it is", "defects"],
      allSamples.map(({ name, title }) => [code(name), title, String(defectsOf(name).length)]),
    ),
    `## Files that Muster recognises and refuses`,
    table(
      ["sample", "what it is", "what Muster says"],
      refusedSamples.map(({ name, title, code: refusal }) => [code(name), title, code(refusal)]),
    ),
    `## Defects of a record

\`--defect expired,other-ca:3\` spoils one record and three; the others stay good. A code that starts a sentence
about a record is that of [a problem or a warning](manifest-problems.md), of [a whole file](error-codes.md), or of
[a certificate that a push refuses](reason-codes.md).`,
    table(head, ofFile("record")),
    `## Defects of a file

Where there is no code, the file is read as if nothing were wrong.`,
    table(head, ofFile("file")),
  ];
}

const code = (text: string) => `\`${text}\``;

function toRow(defect: SampleDefect): readonly string[] {
  const having = allSamples.filter(({ name }) => defectsOf(name).includes(defect));
  const usual =
    having.length > 0 ? mostFrequent(having.map(({ name }) => codeOf(defect, name))) : undefined;
  const formats = having.map(({ name }) => {
    const own = codeOf(defect, name);
    return own === usual ? name : `${name} (${own === undefined ? "none" : code(own)})`;
  });
  const { meaning } = sampleDefects[defect];
  const says = usual === undefined ? "" : code(usual);
  const isEvery = having.length === allSamples.length;
  return [code(defect), meaning, says, isEvery ? "all" : formats.join(", ")];
}

function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [first] = [...counts].toSorted(([, one], [, other]) => other - one);
  return first?.[0];
}
