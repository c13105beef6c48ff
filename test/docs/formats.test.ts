import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { manifestFormats } from "../../src/formats/manifest-formats.ts";
import { sampleFormats } from "../../src/formats/sample/sample-formats.ts";

const page = readFileSync(new URL("../../docs/formats.md", import.meta.url), "utf8");

test.for(manifestFormats)("docs/formats.md has the format $name", ({ name }) => {
  expect(page).toContain(`| \`${name}\` |`);
});

test.for(sampleFormats)("docs/formats.md has the sample $name", ({ name }) => {
  expect(page).toContain(`muster sample ${name}`);
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
