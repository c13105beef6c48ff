import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { listParameters } from "../../../scripts/deploy/list-parameters.ts";
import { createProgram } from "../../../scripts/deploy.ts";

const guide = readFileSync("docs/guide/deploying.md", "utf8");

test("the guide lists every parameter of the templates, and no other", async () => {
  const [, settings = ""] = guide.split("## Settings");
  const [table = ""] = settings.split("\n## ");
  const rows = [...table.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].map(([, names = ""]) => names);
  const listed = rows.flatMap((names) => [...names.matchAll(/\w+/g)].map(([name]) => name));
  expect(listed.toSorted()).toEqual(await listParameters());
});

test("what the pages tell to give to npm run deploy, it takes", () => {
  const known = createProgram().options.map(({ long }) => long);
  const pages = ["README.md", ...globSync("docs/**/*.md")].map((page) =>
    readFileSync(page, "utf8"),
  );
  const given = pages.flatMap((text) =>
    [...text.matchAll(/npm run deploy -- (.*)/g)].flatMap(([, words = ""]) =>
      [...words.matchAll(/(?<=^|\s)--[a-z]+/g)].map(([flag]) => flag),
    ),
  );
  expect(given.length).toBeGreaterThan(0);
  expect([...new Set(given)].filter((flag) => !known.includes(flag))).toEqual([]);
});
