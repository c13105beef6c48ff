import { InvalidArgumentError } from "commander";
import { type RefusedSample, refusedSamples } from "../../formats/sample/refused-samples.ts";
import {
  defectsOf,
  isSampleDefect,
  type SampleDefect,
  sampleDefects,
} from "../../formats/sample/sample-defects.ts";
import type { SampleFormat } from "../../formats/sample/sample-format.ts";
import { allSamples } from "../../formats/sample/sample-formats.ts";
import { MusterError } from "../../rules/errors.ts";
import { findNearest } from "../nearest.ts";

export const maxCount = 1_000_000;
const maxRepeated = 1000;

/** Finds what is to be made by its name. @throws InvalidArgumentError */
export function parseFormat(name: string): SampleFormat | RefusedSample {
  const all = [...allSamples, ...refusedSamples];
  const format = all.find((each) => each.name === name);
  if (format) return format;
  const nearest = findNearest(
    name,
    all.map((each) => each.name),
  );
  const advice = nearest === undefined ? "--help lists them" : `Did you mean ${nearest}`;
  throw new InvalidArgumentError(`There is no such format. ${advice}${nearest ? "?" : "."}`);
}

export function parseCount(limit: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count <= limit) return count;
    throw new InvalidArgumentError(`Use a number up to ${limit.toLocaleString("en")}.`);
  };
}

/** Reads `expired,other-ca:3`: a name with a number spoils so many records. @throws InvalidArgumentError */
export function parseDefects(
  text: string,
  before: readonly SampleDefect[] = [],
): readonly SampleDefect[] {
  const named = text.split(",").flatMap((each) => {
    const [, name = "", times = "1"] = /^\s*([a-z0-9-]+)(?::(\d+))?\s*$/.exec(each) ?? [];
    if (!isSampleDefect(name)) {
      const nearest = findNearest(each.trim(), Object.keys(sampleDefects));
      const advice = nearest === undefined ? "" : ` Did you mean ${nearest}?`;
      throw new InvalidArgumentError(`There is no defect "${each.trim()}".${advice}`);
    }
    return Array<SampleDefect>(parseCount(maxRepeated)(times)).fill(name);
  });
  return [...before, ...named];
}

const defaultCount = 10;

/** @throws MusterError USAGE_INVALID */
export function toCount(
  { name, maxCount: limit = maxCount }: Pick<SampleFormat, "name" | "maxCount">,
  count?: number,
): number {
  if (count === undefined) return Math.min(defaultCount, limit);
  if (count <= limit) return count;
  throw new MusterError("USAGE_INVALID", `${name} takes --count ${limit} at most.`);
}

/** @throws MusterError USAGE_INVALID */
export function checkDefects(
  format: Pick<SampleFormat, "name" | "maxCount">,
  count: number,
  defects: readonly SampleDefect[],
): void {
  const possible = defectsOf(format.name);
  const impossible = defects.find((name) => !possible.includes(name));
  if (impossible !== undefined) {
    const list = possible.length > 0 ? possible.join(", ") : "none";
    throw new MusterError(
      "USAGE_INVALID",
      `${format.name} cannot have the defect ${impossible}; it can have: ${list}.`,
    );
  }
  const ofRecords = defects.filter((name) => sampleDefects[name].of === "record").length;
  // Of one device there is no other to stand beside the spoilt one.
  const needed = format.maxCount === 1 ? ofRecords : ofRecords + 1;
  if (count >= needed && count > 0) return;
  if (count === 0 && ofRecords === 0) return;
  throw new MusterError(
    "USAGE_INVALID",
    `So many defects need --count ${needed} at least: each spoils a record of its own, and the first stays good.`,
  );
}
