import { writeFileSync } from "node:fs";
import { manifestProblems, manifestWarnings } from "../src/formats/manifest-problems.ts";
import { sentences } from "../src/iot-core/listener/outcome-sentences.ts";
import { type ReasonCode, reasons } from "../src/rules/decision/reason-codes.ts";
import { errorCodes } from "../src/rules/errors.ts";
import { toApiSections } from "./api-reference.ts";
import { toCliReference } from "./cli-reference.ts";
import { preflightCodes } from "./deploy/preflight-codes.ts";
import { toEventSections } from "./events-reference.ts";
import { toIotCoreSections } from "./iot-core-reference.ts";
import { toMetricSections } from "./metrics-reference.ts";
import { toSampleSections } from "./sample-reference.ts";

const notice =
  "<!-- Written by `node scripts/write-references.ts`; change the source it reads. -->";

/** The pages of docs/reference that are written from the code, by path. */
export const references: Readonly<Record<string, string>> = {
  "docs/reference/reason-codes.md": writeReasonCodes(),
  "docs/reference/error-codes.md": writeErrorCodes(),
  "docs/reference/connection-outcomes.md": writeConnectionOutcomes(),
  "docs/reference/manifest-problems.md": writeManifestProblems(),
  "docs/reference/api.md": page("The HTTP API", ...toApiSections(table)),
  "docs/reference/cli.md": toCliReference(),
  "docs/reference/preflight.md": writePreflight(),
  "docs/reference/events.md": page("Events", ...toEventSections(table)),
  "docs/reference/metrics.md": page("Metrics", ...toMetricSections(table)),
  "docs/reference/samples.md": page("Samples", ...toSampleSections(table)),
  "docs/reference/iot-core.md": page("The local AWS IoT Core", ...toIotCoreSections(table)),
};

function writeReasonCodes(): string {
  const codes = Object.keys(reasons) as ReasonCode[];
  const rowsOf = (outcome: "quarantine" | "reject") =>
    codes
      .filter((code) => reasons[code].outcome === outcome)
      .map((code) => [`\`${code}\``, reasons[code].meaning, reasons[code].remedy]);
  return page(
    "Reason codes",
    `Why a certificate is not let in. \`muster cert show <certificate>\` lists every reason that applies, with
the evidence. All of them have to be cured.

The codes are stable: new ones may come, none is renamed or used for something else.`,
    `## Quarantine

A batch, a profile or an operator can cure these. Muster decides again when something lands, every five
minutes, and at \`muster heal\`; the device has to do nothing but connect again.`,
    table(["code", "what it means", "what helps"], rowsOf("quarantine")),
    `## Reject

These are about the certificate itself, or somebody's explicit word against it. One of them is enough to
reject.`,
    table(["code", "what it means", "what helps"], rowsOf("reject")),
  );
}

function writeErrorCodes(): string {
  const rows = Object.entries(errorCodes)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, { meaning, remedy }]) => [`\`${code}\``, meaning, remedy]);
  return page(
    "Error codes",
    `What commands and functions refuse to do. Each error has a code, a sentence that names what is wrong, and
often details. Branch on the code, never on the sentence.

The codes are stable: new ones may come, none is renamed or used for something else. Why a device is out is
no error: see [reason codes](reason-codes.md).`,
    table(["code", "what it means", "what helps"], rows),
  );
}

function writeConnectionOutcomes(): string {
  const rows = Object.entries<{ readonly what: string; readonly advice?: string }>(sentences)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([code, { what, advice = "" }]) => [`\`${code}\``, `${what}.`, advice]);
  return page(
    "Outcomes of connections",
    `What the local cloud says of a device's connection, in its terminal and in \`muster local log\`. One comes
when a connection is decided; in one that was accepted more may follow, for what was refused or why it ended.
The sentence in the log has what is special to the case.

The codes are stable: new ones may come, none is renamed or used for something else. They are the local
cloud's own: AWS closes such connections without a word.`,
    table(["outcome", "what it means", "what helps"], rows),
  );
}

function writePreflight(): string {
  const rowsOf = (severity: "stops" | "warns") =>
    Object.entries(preflightCodes)
      .filter(([, code]) => code.severity === severity)
      .map(([code, { meaning, remedy }]) => [`\`${code}\``, meaning, remedy]);
  return page(
    "Before deploying",
    `What \`npm run deploy\` looks for before anything is created; with \`--check\` that is all it does. Each finding
says in a sentence what exactly, and which flag, parameter or name it is about.

The codes are stable: new ones may come, none is renamed or used for something else.`,
    "## Nothing is deployed",
    table(["code", "what it means", "what helps"], rowsOf("stops")),
    "## Warnings",
    table(["code", "what it means", "what helps"], rowsOf("warns")),
  );
}

function writeManifestProblems(): string {
  const toRows = (codes: Readonly<Record<string, { meaning: string; remedy: string }>>) =>
    Object.entries(codes).map(([code, { meaning, remedy }]) => [`\`${code}\``, meaning, remedy]);
  return page(
    "Problems in manifests",
    `Why a record of a manifest is not taken. A bad record costs no other. \`muster manifest inspect <file>\` shows
every problem with the record's number, which counts records from 1, not lines.

The codes are stable: new ones may come, none is renamed or used for something else. What refuses a whole
manifest is among the [error codes](error-codes.md): \`MANIFEST_UNREADABLE\`, \`MANIFEST_WITHOUT_CERTIFICATES\`,
\`MAPPING_INVALID\`, \`PRIVATE_KEY_REFUSED\`, \`SECRET_REFUSED\`.`,
    table(["code", "what it means", "what helps"], toRows(manifestProblems)),
    `## Warnings

What is odd about a record that is taken all the same.`,
    table(["code", "what it means", "what helps"], toRows(manifestWarnings)),
  );
}

function page(title: string, ...sections: readonly string[]): string {
  return `${[notice, `# ${title}`, ...sections].join("\n\n")}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(references)) {
    writeFileSync(new URL(`../${path}`, import.meta.url), text);
  }
}
