import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalTarget } from "../../wiring/local.ts";
import { type Pushed, pushBatch } from "../batch/push-batch.ts";
import type { Fleet } from "./fleet.ts";
import { isPushed, profileName } from "./set-up.ts";

export interface DemoPush {
  readonly target: Pick<LocalTarget, "access" | "endpoints">;
  /** Where the manifest may lie. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** What is wrong with the rows after the good ones, as the API has to find. */
const badRows = ["CERTIFICATE_UNREADABLE", "ISSUER_NOT_TRUSTED"];

/** Does what a manufacturer does: pushes a file over HTTP, with a token of its own and bad rows in it. */
export async function pushOverApi(
  fleet: Fleet,
  { target, folder, signal }: DemoPush,
): Promise<Pushed> {
  const path = join(folder, "reel-0042.csv");
  writeFileSync(path, toManifest(fleet));
  const token = await target.access.tokens.create({
    role: "manufacturer",
    manufacturer: "acme",
    description: "Acme, line 3",
    days: 1,
  });
  return pushBatch({
    path,
    options: { profile: profileName, wait: true },
    settings: { url: target.endpoints.api, token: token.text, profile: undefined },
    show: false,
    signal,
    onOpening: () => {},
    onOpened: () => {},
    onUploaded: () => {},
  });
}

/** One certificate was cut short on its way, another is not of Acme's CA. */
function toManifest({ devices }: Fleet): string {
  const good = devices.filter(isPushed);
  const rows = good.map(({ thingName, certificate }) => [thingName, toBase64(certificate.der)]);
  const [first] = good;
  const foreign = devices.find(({ manufacturer }) => manufacturer === "impostor");
  if (!first || !foreign) throw new Error("The fleet has no devices to push.");
  rows.push(["sensor-10", toBase64(first.certificate.der.subarray(0, 300))]);
  rows.push(["sensor-11", toBase64(foreign.certificate.der)]);
  return ["deviceId,certificate", ...rows.map((row) => row.join(",")), ""].join("\n");
}

const toBase64 = (der: Uint8Array) => Buffer.from(der).toString("base64");

/** @returns what came of the batch otherwise than expected, a sentence each. */
export function findPushSurprises({ devices }: Fleet, { batch, firstRefused }: Pushed) {
  const good = devices.filter(isPushed).length;
  const expected = `completed, ${good} added, refused: ${badRows.join(", ")}`;
  const codes = firstRefused.map(({ code }) => code);
  const seen = `${batch.status}, ${batch.counts.added} added, refused: ${codes.join(", ")}`;
  return seen === expected ? [] : [`the batch: expected "${expected}", saw "${seen}"`];
}
