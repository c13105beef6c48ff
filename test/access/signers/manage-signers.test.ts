import { describe, expect, test } from "vitest";
import { createSigners } from "../../../src/access/signers/manage-signers.ts";
import { createCa } from "../../../src/local/sample-pki.ts";
import type { Manufacturer } from "../../../src/rules/decision/ledger.ts";
import { createSubjects } from "../../support/memory-subjects.ts";

const at = "2026-05-01T00:00:00.000Z";
const signer = await createCa({ name: "Log Signer" });
const rsa = await createCa({ name: "RSA", key: "rsa-2048" });

function setup(signers?: readonly Uint8Array[]) {
  const subjects = createSubjects<Manufacturer>();
  const acme: Manufacturer = { id: "acme", name: "Acme", status: "active", issuers: [] };
  subjects.values.set("acme", { ...acme, ...(signers && { signers }) });
  const actor = "operator:eve";
  return { ...subjects, signers: createSigners({ ...subjects, now: () => new Date(at), actor }) };
}

describe("signers of a manufacturer", () => {
  test("are added once, however often they are given, and recorded", async () => {
    const { signers, events, values } = setup();
    const added = await signers.add("acme", signer.der);
    expect(added).toMatchObject({ certificateId: signer.certificateId, subject: "CN=Log Signer" });
    expect(await signers.add("acme", Uint8Array.from(signer.der))).toEqual(added);
    expect(await signers.list("acme")).toEqual([added]);
    expect(values.get("acme")?.signers).toEqual([signer.der]);
    expect(events).toEqual([
      {
        id: "acme",
        action: "signer-added",
        actor: "operator:eve",
        at,
        evidence: { signer: signer.certificateId, subject: "CN=Log Signer" },
      },
    ]);
  });

  test("are removed, and recorded; who is none cannot be", async () => {
    const { signers, events } = setup([signer.der]);
    await signers.remove("acme", signer.certificateId);
    expect(await signers.list("acme")).toEqual([]);
    expect(events).toMatchObject([{ action: "signer-removed" }]);
    await expect(signers.remove("acme", signer.certificateId)).rejects.toMatchObject({
      code: "SIGNER_UNKNOWN",
    });
  });

  test("hold an EC key on P-256: manifests are ES256", async () => {
    const { signers, events } = setup();
    await expect(signers.add("acme", rsa.der)).rejects.toMatchObject({ code: "SIGNER_INVALID" });
    expect(events).toEqual([]);
  });

  test("are twenty at most", async () => {
    const others = await Promise.all(
      Array.from({ length: 20 }, (_, index) => createCa({ name: `Signer ${index}` })),
    );
    const { signers } = setup(others.map(({ der }) => der));
    await expect(signers.add("acme", signer.der)).rejects.toMatchObject({
      code: "SIGNER_INVALID",
      message: expect.stringContaining("20 signers"),
    });
  });

  test("are of a manufacturer that is there", async () => {
    const { signers } = setup();
    const unknown = { code: "MANUFACTURER_UNKNOWN" };
    await expect(signers.list("nobody")).rejects.toMatchObject(unknown);
    await expect(signers.add("nobody", signer.der)).rejects.toMatchObject(unknown);
    await expect(signers.remove("nobody", "x")).rejects.toMatchObject(unknown);
  });
});
