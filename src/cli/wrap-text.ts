import { wrap } from "./terminal-text.ts";

const width = 80;

/** Breaks a text into lines of at most 80 columns, each indented; a longer word stays whole. */
export function wrapText(text: string, indent: number): readonly string[] {
  return wrap(text, width - indent).map((line) => " ".repeat(indent) + line);
}
