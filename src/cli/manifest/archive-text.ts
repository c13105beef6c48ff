import {
  type ArchiveContents,
  type IgnoredReason,
  ignoredReasons,
} from "../../formats/archive/archive-contents.ts";
import { plural } from "../output.ts";
import { toPrintable } from "../terminal-text.ts";
import { wrapText } from "../wrap-text.ts";

const maxArchives = 8;

/** What files an archive has, which of them were read, and why the others were not. */
export function toArchiveLines(contents: ArchiveContents): readonly string[] {
  const { entries, used, unreadable, archives, dataObject, dataObjects } = contents;
  const read = Object.values(used).reduce((sum, count) => sum + count, 0);
  const formats = Object.entries(used).map(([name, count]) => `${name} ${toText(count)}`);
  const objects = Object.entries(dataObjects).map(
    ([name, count]) => `${name} ${toText(count)}${name === dataObject ? " (these are taken)" : ""}`,
  );
  return [
    ...toLines("files", `${toText(entries)}, of which ${toText(read)} were read`),
    ...toLines("formats", formats.join(", ")),
    ...toLines("unreadable", unreadable > 0 ? plural(unreadable, "file") : ""),
    ...toLines("archives inside", toNames(archives, archives.length)),
    ...toLines("data objects", objects.join(", ")),
    ...Object.entries(contents.ignored).flatMap(([reason, { files, names }]) => [
      `  not read: ${plural(files, "file")}, ${ignoredReasons[reason as IgnoredReason]}`,
      ...wrapText(toNames(names, files), 4),
    ]),
  ];
}

function toLines(name: string, text: string): readonly string[] {
  return text === "" ? [] : wrapText(`${name}: ${text}`, 2);
}

function toNames(names: readonly string[], count: number): string {
  const shown = names.slice(0, maxArchives).map(toPrintable);
  return count > shown.length ? `${shown.join(", ")}, …` : shown.join(", ");
}

const toText = (count: number) => count.toLocaleString("en");
