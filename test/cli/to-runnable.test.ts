import { expect, test } from "vitest";
import { toRunnableText } from "../../src/cli/to-runnable.ts";

test.for<readonly [text: string, said: string]>([
  [
    "There is no profile. Apply it with: muster profile apply x.yaml",
    "There is no profile. Apply it with: npm run muster -- profile apply x.yaml",
  ],
  [
    "Check the id, or add it with `muster manufacturer add`.",
    "Check the id, or add it with npm run muster -- manufacturer add.",
  ],
  ["Say it with `--map`.", "Say it with --map."],
  ["file: muster.csv is empty", "file: muster.csv is empty"],
])("commands in a sentence are such as a clone runs: %s", ([text, said]) => {
  expect(toRunnableText(text)).toBe(said);
});
