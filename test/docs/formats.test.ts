import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { manifestFormats } from "../../src/formats/manifest-formats.ts";
import { manifestProblems, manifestWarnings } from "../../src/formats/manifest-problems.ts";
import { refusedSamples } from "../../src/formats/sample/refused-samples.ts";
import { allSamples } from "../../src/formats/sample/sample-formats.ts";
import { errorCodes } from "../../src/rules/errors.ts";
import { renderSample } from "./render-sample.ts";

const page = readFileSync(new URL("../../docs/formats.md", import.meta.url), "utf8");
const [, firstTable = ""] = page.split("| what the file is |");

test.for(manifestFormats)("the table that docs/formats.md begins with has $name", ({ name }) => {
  const [rows = ""] = firstTable.split("\n\n");
  expect(rows).toContain(`| \`${name}\` |`);
});

test.for([...allSamples, ...refusedSamples])("docs/formats.md has the sample $name", ({ name }) => {
  expect(page).toContain(`\`muster sample ${name}\``);
});

const examples = [...page.matchAll(/```text sample=([a-z0-9-]+)\n([\s\S]*?)\n```/g)];

test("docs/formats.md has examples", () => {
  expect(examples.length).toBeGreaterThan(12);
});

test.for(examples.map(([, name = "", text = ""]) => ({ name, text })))(
  "the example of $name is what muster sample makes",
  ({ name, text }) => {
    expect(text).toBe(renderSample(name));
  },
);

test("docs/formats.md has no code that there is not", () => {
  const known = { ...manifestProblems, ...manifestWarnings, ...errorCodes };
  const codes = [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = ""]) => code);
  expect(codes.filter((code) => !(code in known))).toEqual([]);
});

test("docs/formats.md has no link that leads nowhere", () => {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, "")
      .replaceAll(" ", "-"),
  );
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
  expect(links.filter((anchor) => !headings.includes(anchor ?? ""))).toEqual([]);
});
