import assert from "node:assert/strict";
import { hash } from "node:crypto";
import type { Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** What a stage has stored. */
export interface KeptData {
  /** Of each table, by its id: what replaced it has another. */
  readonly tables: readonly string[];
  /** Keys in the ledger. */
  readonly ledger: ReadonlySet<string>;
  /** Whole audit records. */
  readonly audit: ReadonlySet<string>;
  /** Files, with what they hold. */
  readonly objects: ReadonlySet<string>;
}

type Item = Readonly<Record<string, unknown>>;

interface Listing {
  readonly Contents?: readonly { readonly Key: string; readonly ETag: string }[];
}

/** Reads all of it with `aws`. */
export async function readData({ clients }: Scenario, stage: Stage): Promise<KeptData> {
  const { aws } = clients;
  const tables = ["ledger", "audit"].map((table) => `muster-${stage.name}-${table}`);
  const items = async (table: string | undefined) =>
    (
      await aws<{ readonly Items: readonly Item[] }>(
        "dynamodb",
        "scan",
        "--table-name",
        table ?? "",
        "--consistent-read",
      )
    ).Items;
  const idOf = async (table: string) => {
    const words = ["dynamodb", "describe-table", "--table-name", table];
    const { Table } = await aws<{ readonly Table: { readonly TableId: string } }>(...words);
    return Table.TableId;
  };
  const bucket = stage.deployed.outputs["BucketName"] ?? "";
  const { Contents = [] } = await aws<Listing>("s3api", "list-objects-v2", "--bucket", bucket);
  return {
    tables: await Promise.all(tables.map(idOf)),
    ledger: new Set((await items(tables[0])).map(({ pk, sk }) => JSON.stringify([pk, sk]))),
    audit: new Set((await items(tables[1])).map(digest)),
    objects: new Set(Contents.map(({ Key, ETag }) => `${Key} ${ETag}`)),
  };
}

/** Makes sure that all that was there is there still. Healing, by itself, may have added to it. */
export function checkKept(before: KeptData, after: KeptData): void {
  assert.deepEqual(after.tables, before.tables);
  for (const name of ["ledger", "audit", "objects"] as const) {
    assert.ok(before[name].size > 0, `nothing was in ${name}`);
    assert.deepEqual([...before[name].difference(after[name])], [], `missing in ${name}`);
  }
}

function digest(item: Item): string {
  const entries = Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return hash("sha256", JSON.stringify(entries), "hex");
}
