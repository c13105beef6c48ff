import type { DatabaseSync } from "node:sqlite";
import { prepareChange, prepareQuery } from "./table.ts";

type SettingKey =
  | "registrationCode"
  | "eventConfigurations"
  | "issuingAuthority"
  | `tags/cacert/${string}`;

export interface SettingTable {
  get(key: SettingKey): string | undefined;
  set(key: SettingKey, value: string): void;
  remove(key: SettingKey): void;
}

export function createSettingTable(database: DatabaseSync): SettingTable {
  const select = prepareQuery<{ value: string }>(
    database,
    "SELECT value FROM setting WHERE key = :key",
  );
  const upsert = prepareChange(
    database,
    "INSERT INTO setting (key, value) VALUES (:key, :value) ON CONFLICT DO UPDATE SET value = :value",
  );
  const remove = prepareChange(database, "DELETE FROM setting WHERE key = :key");
  return {
    get: (key) => select.get({ key })?.value,
    set: (key, value) => {
      upsert({ key, value });
    },
    remove: (key) => {
      remove({ key });
    },
  };
}
