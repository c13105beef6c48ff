import type { ColumnMapping } from "../formats/manifest-format.ts";
import { toRunnable } from "./to-runnable.ts";

interface Options {
  readonly mapping?: ColumnMapping | undefined;
  readonly signer?: string | undefined;
  readonly dataObject?: string | undefined;
  /** More options, as they are to be typed. */
  readonly more?: readonly string[];
}

/** A command about a file that can be copied into a shell: `npm run muster -- batch push …`. */
export function toCommand(
  name: string,
  path: string,
  { mapping, signer, dataObject, more }: Options = {},
): string {
  const maps = Object.entries(mapping ?? {}).flatMap(([field, column]) => [
    "--map",
    quote(`${column}=${field}`),
  ]);
  const signers = signer === undefined ? [] : ["--signer", quote(signer)];
  const objects = dataObject === undefined ? [] : ["--data-object", dataObject];
  const words = ["muster", name, quote(path), ...maps, ...signers, ...objects, ...(more ?? [])];
  return toRunnable(words.join(" "));
}

/** For a POSIX shell. */
function quote(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
