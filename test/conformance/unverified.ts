import { readFileSync, writeFileSync } from "node:fs";
import { areas } from "./areas.ts";
import type { Confidence } from "./conformance-case.ts";

const page = new URL("../../docs/unverified.md", import.meta.url);
const start =
  "<!-- Written by `node test/conformance/unverified.ts` from the cases of the conformance suite. -->";

/** Where a case's claim comes from, when not from AWS. */
const meanings: Readonly<Record<Exclude<Confidence, "doc" | "model">, string>> = {
  "3p": "measured on AWS by others, not by us",
  recalled: "from memory",
  inferred: "follows from what AWS documents",
};

/** The page with its hand-written part as it is, and the other as the cases have it. */
export function toUnverifiedPage(text: string): string {
  const [written = ""] = text.split(start);
  return `${written.trimEnd()}\n\n${toSection()}\n`;
}

export function readUnverifiedPage(): string {
  return readFileSync(page, "utf8");
}

function toSection(): string {
  const cases = areas.flatMap((area) => area.cases);
  const rows = cases.flatMap(({ id, title, confidence }) =>
    confidence === "doc" || confidence === "model"
      ? []
      : [`| ${title.replaceAll("<", "&lt;")} | ${meanings[confidence]} | \`${id}\` |`],
  );
  return [
    start,
    "",
    "## What the conformance suite takes for true",
    "",
    `Of its ${cases.length} cases these ${rows.length} rest on neither AWS's documentation nor its service model. Where one fails`,
    "on a real account, the case is wrong, and so is the stand-in:",
    "`npm run test:conformance -- --target aws --yes <case>` (see [the guide](guide/conformance.md)).",
    "",
    "| what AWS IoT is taken to do | whence | case |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}

if (import.meta.main) writeFileSync(page, toUnverifiedPage(readUnverifiedPage()));
