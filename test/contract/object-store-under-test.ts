import { createHash } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import type { ObjectStore, UploadGrant } from "../../src/batches/object-store.ts";
import { collect } from "./content.ts";

export interface ObjectStoreSubject {
  /** A store on the same objects with a clock of its own. */
  readonly at: (now: () => Date) => ObjectStore;
  readonly close: () => Promise<void>;
}

export const hour = 3_600_000;

export type StoreUnderTest = ReturnType<typeof setUpStore>;

/** Starts a store for the tests of the suite that calls this. */
export function setUpStore(start: () => Promise<ObjectStoreSubject>) {
  let subject: ObjectStoreSubject | undefined;
  let keys = 0;
  beforeAll(async () => {
    subject = await start();
  });
  afterAll(() => subject?.close());

  const at = (now: () => Date): ObjectStore => {
    if (subject === undefined) throw new Error("the store has not started");
    return subject.at(now);
  };
  const newKey = () => {
    keys += 1;
    return `acme/${keys}/manifest`;
  };
  return {
    at,
    get store() {
      return at(() => new Date());
    },
    newKey,
    grantOf: (content: Uint8Array, deviations: Partial<UploadGrant> = {}): UploadGrant => ({
      key: newKey(),
      bytes: content.byteLength,
      sha256: sha256Of(content),
      expiresAt: new Date(Date.now() + hour),
      ...deviations,
    }),
    readText: async (key: string) =>
      (await collect(await at(() => new Date()).read(key))).toString(),
  };
}

export function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
