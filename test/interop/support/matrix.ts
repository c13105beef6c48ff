import type { Encoding, StockClient, TlsVersion } from "../clients/stock-client.ts";
import type { DeviceKey } from "./pki.ts";

/** One way to connect. */
export interface Cell {
  readonly client: StockClient;
  readonly tls: TlsVersion;
  readonly key: DeviceKey;
  readonly encoding: Encoding;
  readonly withChain: boolean;
}

/** What a cell came to, for the table. */
export interface CellReport {
  readonly client: string;
  readonly tls: TlsVersion;
  readonly identity: string;
  /** What the client said of its first connect; of a client that is not able, why not. */
  readonly saw: string;
  readonly isAble: boolean;
}

declare module "vitest" {
  interface TaskMeta {
    cell?: CellReport;
  }
}

const keys: readonly DeviceKey[] = ["rsa-2048", "ec-p256"];

/** Every combination of a client and a version of TLS; P-384 once, where it costs least. */
export function toCells(clients: readonly StockClient[], tls: TlsVersion): readonly Cell[] {
  return clients.flatMap((client) => [
    ...client.encodings.flatMap((encoding) =>
      keys.flatMap((key) =>
        [false, true].map((withChain) => ({ client, tls, key, encoding, withChain })),
      ),
    ),
    { client, tls, key: "ec-p384" as const, encoding: "PEM" as const, withChain: false },
  ]);
}

export function toReport(cell: Cell, saw: string, isAble = true): CellReport {
  return { client: toClient(cell), tls: cell.tls, identity: toIdentity(cell), saw, isAble };
}

export function toTitle(cell: Cell): string {
  return `${toClient(cell)}, ${cell.tls}, ${toIdentity(cell)}`;
}

function toClient({ client }: Cell): string {
  return `${client.name}, MQTT ${client.mqtt}`;
}

function toIdentity({ key, encoding, withChain }: Cell): string {
  const name = { "rsa-2048": "RSA-2048", "ec-p256": "P-256", "ec-p384": "P-384" }[key];
  return `${name} ${encoding}${withChain ? " + chain" : ""}`;
}
