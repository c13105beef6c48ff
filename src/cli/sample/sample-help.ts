import { refusedSamples } from "../../formats/sample/refused-samples.ts";
import { codeOf, defectsOf, sampleDefects } from "../../formats/sample/sample-defects.ts";
import { allSamples } from "../../formats/sample/sample-formats.ts";
import { wrap } from "../terminal-text.ts";

interface Named {
  readonly name: string;
  readonly title: string;
}

const width = 80;

/** What can be made, below the help of `muster sample`. */
export function toFormatList(): string {
  const refused = refusedSamples.map(({ name, title, code }) => ({
    name,
    title: `${title}: ${code}`,
  }));
  return [
    "Formats:",
    ...toColumns(allSamples),
    "",
    "Files that Muster recognises and refuses:",
    ...toColumns(refused),
  ].join("\n");
}

/** What can be wrong, and what Muster says of it. */
export function toDefectList(): string {
  const defects = Object.entries(sampleDefects).map(([name, defect]) => {
    const code = "code" in defect ? `; ${defect.code}` : "";
    return { name, title: defect.meaning + code };
  });
  return [
    "Defects, and what Muster says of them; without a code it reads on all the same.",
    "`muster sample <format> --defects` lists those that a format can have:",
    ...toColumns(defects),
  ].join("\n");
}

export interface FormatDefect {
  readonly name: string;
  readonly of: "record" | "file";
  readonly meaning: string;
  /** What Muster says; null when it reads on as if nothing were wrong. */
  readonly code: string | null;
}

/** What can be wrong with one format. */
export function listDefects(format: string): readonly FormatDefect[] {
  return defectsOf(format).map((name) => {
    const { of, meaning } = sampleDefects[name];
    return { name, of, meaning, code: codeOf(name, format) ?? null };
  });
}

function toColumns(rows: readonly Named[]): readonly string[] {
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const indent = nameWidth + 4;
  return rows.flatMap(({ name, title }) => {
    const [first = "", ...others] = wrap(title, width - indent);
    const more = others.map((line) => " ".repeat(indent) + line);
    return [`  ${name.padEnd(nameWidth)}  ${first}`, ...more];
  });
}
