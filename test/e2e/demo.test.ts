import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { finish, processesOf } from "../cli/support.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** As the demonstration's table has them. */
interface DemoData {
  readonly ok: boolean;
  readonly surprises: readonly string[];
  readonly batch: {
    readonly status: string;
    readonly counts: Readonly<Record<string, number>>;
    readonly refused: readonly { readonly record: number; readonly code: string }[];
  };
  readonly devices: readonly Readonly<Record<string, string | number | boolean | null>>[];
  readonly audit: { readonly whole: boolean; readonly records: number };
  readonly firstConnectToActiveMs: { readonly median: number; readonly slowest: number };
}

test("npm run demo shows each device as it should be, and leaves nothing behind", {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder();
  const child = spawn("npm", ["run", "--silent", "demo", "--", "--json"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder },
  });
  const { code, stdout, stderr } = await finish(child);
  expect({ code, stderr: stderr.replaceAll(/^npm warn .*\n/gm, "") }).toEqual({
    code: 0,
    stderr: "",
  });
  const { ok, surprises, batch, devices, audit, firstConnectToActiveMs } = JSON.parse(
    stdout,
  ) as DemoData;
  expect({ ok, surprises, whole: audit.whole }).toEqual({ ok: true, surprises: [], whole: true });
  expect(batch).toMatchObject({
    status: "completed",
    counts: { rows: 4, added: 2, refused: 2 },
    refused: [
      { record: 3, code: "CERTIFICATE_UNREADABLE" },
      { record: 4, code: "ISSUER_NOT_TRUSTED" },
    ],
  });
  expect(devices.map(toLine)).toEqual([
    "TLSv1.3 ECDSA, in the ledger: refused, admit, accepted, allowed, refused",
    "TLSv1.2 RSA, in the ledger: refused, admit, accepted, allowed, refused",
    "TLSv1.2 ECDSA, in the ledger: refused, admit, accepted, allowed, refused",
    "TLSv1.3 RSA, in the ledger: refused, admit, accepted, allowed, refused",
    "TLSv1.3 ECDSA, not in the ledger: refused, quarantine NOT_IN_LEDGER, refused, –, –",
    "TLSv1.2 ECDSA, revoked in the ledger: refused, reject ENTRY_REVOKED, refused, –, –",
    "TLSv1.3 ECDSA, in the ledger later: refused, quarantine NOT_IN_LEDGER, then admit, accepted, allowed, refused",
    "TLSv1.3 ECDSA, expired: refused, not registered CERTIFICATE_EXPIRED, refused, –, –",
    "TLSv1.3 ECDSA, wrong issuer, same name: refused, not registered ISSUER_SIGNATURE_INVALID, refused, –, –",
  ]);
  expect(firstConnectToActiveMs.median).toBeGreaterThan(0);
  // npm keeps a cache of its own there.
  const files = readdirSync(folder).filter((name) => name.startsWith("muster"));
  expect({ files, processes: processesOf(folder) }).toEqual({ files: [], processes: [] });
});

function toLine(device: DemoData["devices"][number]): string {
  const { tls, key, story, firstConnect, decision, laterConnect, ownTopic, otherTopic } = device;
  const facts = [firstConnect, decision, laterConnect, ownTopic, otherTopic].join(", ");
  return `${tls} ${key}, ${story}: ${facts}`;
}
