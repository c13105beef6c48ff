/** Why a file of an archive was left alone. Stable. */
export const ignoredReasons = {
  system: "written by the system that made the archive",
  "leads-out": "its path leads out of the archive",
  link: "a link or device, not a file",
  empty: "empty",
  document: "holds no certificates",
  keys: "keys of chips, which Muster does not open",
  matter: "Matter device attestation, which is no identity for AWS IoT",
  "other-data-object": "of another data object than was asked for",
} as const;

export type IgnoredReason = keyof typeof ignoredReasons;

/** What an archive holds, for people. JSON of a few kB. */
export interface ArchiveContents {
  /** Where the names say so. */
  readonly vendor?: "infineon";
  /** Names of the archives inside, the first of them. */
  readonly archives: readonly string[];
  /** Files, those in archives inside among them. */
  readonly entries: number;
  /** Files that records were taken from, by format. */
  readonly used: Readonly<Record<string, number>>;
  /** Files that should have been and could not be read. */
  readonly unreadable: number;
  readonly ignored: Readonly<Partial<Record<IgnoredReason, Ignored>>>;
  /** Files of chips by data object, those that were not asked for among them. */
  readonly dataObjects: Readonly<Record<string, number>>;
  /** Of a vendor's: which data object was taken. */
  readonly dataObject?: string;
}

interface Ignored {
  readonly files: number;
  /** The first of them. */
  readonly names: readonly string[];
}

const maxNames = 20;
const maxIgnoredNames = 3;

/** Gathers what is found in an archive. */
export function createContents(dataObject: string) {
  const archives: string[] = [];
  const used = new Map<string, number>();
  const dataObjects = new Map<string, number>();
  const ignored: Partial<Record<IgnoredReason, { files: number; names: string[] }>> = {};
  let [entries, unreadable] = [0, 0];
  let vendor: ArchiveContents["vendor"];

  return {
    addEntry: (): void => {
      entries += 1;
    },
    addArchive: (name: string): void => {
      if (archives.length < maxNames) archives.push(name);
    },
    /** That the archive is of the vendor, and of how many chips for each data object. */
    addChip: (name: string, count = 1): void => {
      vendor = "infineon";
      dataObjects.set(name, (dataObjects.get(name) ?? 0) + count);
    },
    use: (format: string): void => {
      used.set(format, (used.get(format) ?? 0) + 1);
    },
    fail: (): void => {
      unreadable += 1;
    },
    ignore: (reason: IgnoredReason, name: string): void => {
      ignored[reason] ??= { files: 0, names: [] };
      const kind = ignored[reason];
      kind.files += 1;
      if (kind.names.length < maxIgnoredNames) kind.names.push(name);
    },
    result: (): ArchiveContents => ({
      ...(vendor && { vendor, dataObject }),
      archives,
      entries,
      used: Object.fromEntries(used),
      unreadable,
      ignored,
      dataObjects: Object.fromEntries(
        [...dataObjects].toSorted(([one], [two]) => (one < two ? -1 : 1)),
      ),
    }),
  };
}

export type ContentsCollector = ReturnType<typeof createContents>;
