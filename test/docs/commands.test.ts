import { globSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../../src/cli/program.ts";

/**
 * What a block of commands may be marked as:
 * `ci` the gate runs it as it stands; `gate` the gate runs each of its commands somewhere; `fails` it
 * has to fail; `aws` it needs an account; `example` it has something for the reader to fill in.
 */
const marks = ["", "ci", "gate", "fails", "aws", "example"] as const;
type Mark = (typeof marks)[number];

/** Pages whose unmarked blocks a test runs, in their order. */
const run: readonly (readonly [page: string, test: string])[] = [
  ["docs/guide/first-steps.md", "test/guides/guides.test.ts"],
  ["docs/guide/local-cloud.md", "test/guides/guides.test.ts"],
  ["docs/guide/api.md", "test/guides/guides.test.ts"],
  ["docs/guide/push.md", "test/guides/guides.test.ts"],
  ["docs/guide/interop.md", "test/interop/walkthrough.test.ts"],
];

interface Block {
  readonly page: string;
  readonly mark: Mark;
  readonly lines: readonly string[];
}

const blocks = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md")].flatMap((page) =>
  [...readFileSync(page, "utf8").matchAll(/^```sh ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, mark = "", text = ""]) => ({ page, mark: mark as Mark, lines: toLines(text) }),
  ),
);

/** Commands without comments; one that goes on in the next line is one. */
function toLines(text: string): readonly string[] {
  return text
    .replaceAll("\\\n", " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*/, "").trim())
    .filter((line) => line !== "");
}

const where = ({ page, lines }: Block) => `${page}: ${lines[0]}`;
const of = (mark: Mark) => blocks.filter((block) => block.mark === mark);

test("every block of commands has a mark that is known", () => {
  expect(blocks.filter(({ mark }) => !marks.includes(mark)).map(where)).toEqual([]);
});

test("every page with unmarked commands is run by a test", () => {
  const pages = run.map(([page]) => page);
  const unrun = [...of(""), ...of("fails")].filter(({ page }) => !pages.includes(page));
  expect(unrun.map(where)).toEqual([]);
});

test.for(run)("%s is run by %s", ([page, by]) => {
  expect(readFileSync(by, "utf8")).toContain(page.replace(/.*\//, ""));
});

test("the gate runs the commands that it is said to run", () => {
  const asTheyStand = of("ci").flatMap((block) => block.lines);
  const gate = [readFileSync(".ci/run", "utf8"), ...asTheyStand].join("\n");
  const lines = of("gate").flatMap((block) => block.lines.map((line) => ({ block, line })));
  const unrun = lines.filter(({ line }) => !gate.includes(line));
  expect(unrun.map(({ block, line }) => `${block.page}: ${line}`)).toEqual([]);
});

const shown = [...of("aws"), ...of("example")].flatMap(({ page, lines }) =>
  lines.flatMap((line) =>
    [...line.matchAll(/npm run (?:-s |--silent )?muster -- ([^|<>)]*)/g)].map(([, words = ""]) => ({
      page,
      words: words.trim(),
    })),
  ),
);

/** Goes down to the command that words name. */
function findCommand(program: Command, words: readonly string[]) {
  let command = program;
  const flags: string[] = [];
  const known = new Set<string>();
  const note = (each: Command) => {
    for (const { short, long } of each.options) {
      if (short) known.add(short);
      if (long) known.add(long);
    }
  };
  note(program);
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word);
    if (next) {
      command = next;
      note(next);
    } else if (/^--?[a-z]/.test(word)) flags.push(word.replace(/=.*/, ""));
  }
  return { command, unknown: flags.filter((flag) => !known.has(flag)) };
}

test.for(shown)("$page: muster $words", ({ words }) => {
  const { command, unknown } = findCommand(createProgram({ json: false }), words.split(/\s+/));
  expect(unknown).toEqual([]);
  // A group of commands does nothing by itself.
  expect(command.commands.map((each) => each.name())).toEqual([]);
});
