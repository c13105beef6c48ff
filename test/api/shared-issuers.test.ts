import { hash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { type Ca, createCa, issueLeaf, type Leaf } from "../../src/local/sample-pki.ts";
import type { ApiRequest } from "./support.ts";
import { useApiWorld } from "./use-api-world.ts";

const world = useApiWorld();
const asOperator = (request: ApiRequest) => world.api.call(world.api.operatorToken, request);
const tokens: Record<string, string> = {};
let vendor: Ca;

beforeAll(async () => {
  const { api } = world;
  await api.operator.manufacturers.add("rival", "Rival");
  tokens["acme"] = await api.tokenOf("manufacturer", "acme");
  tokens["rival"] = await api.tokenOf("manufacturer", "rival");
  vendor = await createCa({ name: "Chip vendor" });
  await asOperator(adding("acme", vendor));
  await asOperator(sharing("acme", vendor, "share"));
  await asOperator(adding("rival", vendor));
});

function adding(manufacturer: string, { pem }: Ca): ApiRequest {
  const path = `/v1/manufacturers/${manufacturer}/issuers`;
  return { method: "POST", path, body: { certificate: pem } };
}

function sharing(manufacturer: string, ca: Ca, act: "share" | "unshare"): ApiRequest {
  const path = `/v1/manufacturers/${manufacturer}/issuers/${ca.certificateId}/${act}`;
  return { method: "POST", path };
}

interface Batch {
  readonly id: string;
  readonly approval?: { readonly quantity: number };
}

/** Pushes certificates inline. @returns the batch as it then stands. */
async function push(manufacturer: string, leaves: readonly Leaf[]) {
  const content = Buffer.from(leaves.map(({ pem }) => pem).join(""));
  const body = {
    profile: "sensor",
    fileName: "devices.pem",
    bytes: content.length,
    sha256: hash("sha256", content),
    content: content.toString("base64"),
  };
  const opening = { method: "POST", path: "/v1/batches", body };
  const opened = await world.api.call(tokens[manufacturer], opening);
  const { id } = opened.body.batch;
  return (await world.api.call(tokens[manufacturer], { path: `/v1/batches/${id}` })).body;
}

async function approve({ id, approval }: Batch) {
  const body = { quantity: approval?.quantity };
  await asOperator({ method: "POST", path: `/v1/batches/${id}/approve`, body });
  return (await asOperator({ path: `/v1/batches/${id}` })).body;
}

const device = (issuer: Ca) => world.api.device({}, issuer);
const find = ({ certificateId }: Leaf) => asOperator({ path: `/v1/certificates/${certificateId}` });

async function readErrors(manufacturer: string, { id }: { readonly id: string }) {
  const request = { path: `/v1/batches/${id}/errors` };
  return (await world.api.call(tokens[manufacturer], request)).body.rows;
}

describe("a batch under a shared issuer", () => {
  test.for(["acme", "rival"])("of %s counts when the operator approves of it", async (id) => {
    const leaf = await device(vendor);
    const waiting = await push(id, [leaf]);
    expect(waiting.status).toBe("awaiting-approval");
    expect((await find(leaf)).body.code).toBe("CERTIFICATE_UNKNOWN");
    const approving = {
      method: "POST",
      path: `/v1/batches/${waiting.id}/approve`,
      body: { quantity: 1 },
    };
    expect((await world.api.call(tokens[id], approving)).status).toBe(403);
    expect(await approve(waiting)).toMatchObject({ status: "completed", counts: { added: 1 } });
    expect((await find(leaf)).body.entries).toMatchObject([{ manufacturer: id }]);
  });

  test("waits also for rows that come beside others of an issuer of its own", async () => {
    const { api } = world;
    const mixed = await push("acme", [await device(api.ca), await device(vendor)]);
    expect(mixed.status).toBe("awaiting-approval");
    expect(await push("acme", [await device(api.ca)])).toMatchObject({ status: "completed" });
  });

  test("refuses what another has claimed before, and says nothing of the other", async () => {
    const leaf = await device(vendor);
    await approve(await push("acme", [leaf]));
    const late = await approve(await push("rival", [leaf, await device(vendor)]));
    expect(late).toMatchObject({ status: "completed", counts: { added: 1, refused: 1 } });
    const rows = await readErrors("rival", late);
    expect(rows).toMatchObject([{ record: 1, code: "LEDGER_DISPUTED", severity: "refused" }]);
    expect(JSON.stringify(rows)).not.toMatch(/acme/i);
    expect((await find(leaf)).body.entries).toMatchObject([{ manufacturer: "acme" }]);
  });

  test("lets in what was claimed first, and a refused row puts nothing out", async () => {
    const { api } = world;
    const ca = await createCa({ name: "Registered vendor" });
    await api.operator.registerCa({ ca: ca.der, mode: "SNI_ONLY", manufacturer: "acme" });
    await asOperator(sharing("acme", ca, "share"));
    await api.operator.registerCa({ ca: ca.der, mode: "SNI_ONLY", manufacturer: "rival" });
    const leaf = await device(ca);
    await approve(await push("acme", [leaf]));
    const { onboardDevice } = api.onboarding();
    await onboardDevice(api.connect(leaf, ca), AbortSignal.timeout(10_000));
    await approve(await push("rival", [leaf]));
    expect((await find(leaf)).body.state).toMatchObject({ status: "admitted" });
    // Of a CA that two share each is told that it is its own.
    for (const id of ["acme", "rival"]) {
      const { body } = await api.call(tokens[id], { path: "/v1/issuers" });
      expect(body.issuers).toContainEqual(
        expect.objectContaining({ caCertificateId: ca.certificateId, manufacturer: id }),
      );
    }
  });
});

describe("sharing an issuer", () => {
  test("shows with whoever issues from it, and names nobody else", async () => {
    const { body } = await world.api.call(tokens["rival"], { path: "/v1/manufacturers/rival" });
    expect(body.issuers).toContainEqual(
      expect.objectContaining({ caCertificateId: vendor.certificateId, shared: true }),
    );
    expect(JSON.stringify(body)).not.toMatch(/acme/i);
  });

  test("ends after the others have lost it", async () => {
    const ca = await createCa({ name: "For a while" });
    await asOperator(adding("acme", ca));
    expect((await asOperator(adding("rival", ca))).body.code).toBe("CA_CONFLICT");
    await asOperator(sharing("acme", ca, "share"));
    expect((await asOperator(adding("rival", ca))).status).toBe(200);
    expect((await asOperator(sharing("acme", ca, "unshare"))).body.code).toBe("CA_CONFLICT");
    const path = `/v1/manufacturers/rival/issuers/${ca.certificateId}`;
    expect((await asOperator({ method: "DELETE", path })).status).toBe(204);
    expect((await asOperator(sharing("acme", ca, "unshare"))).status).toBe(200);
    expect(await push("acme", [await device(ca)])).toMatchObject({ status: "completed" });
    expect(await push("rival", [await device(ca)])).toMatchObject({ counts: { refused: 1 } });
  });
});

describe("a claim that the operator releases", () => {
  const releasing = ({ certificateId }: Leaf): ApiRequest => ({
    method: "POST",
    path: `/v1/certificates/${certificateId}/release-claim`,
    body: { reason: "pushed by mistake" },
  });

  test("is free for the next, and the device is out until then", async () => {
    const { api } = world;
    const leaf = await api.device();
    await api.land(leaf);
    const { onboardDevice } = api.onboarding();
    await onboardDevice(api.connect(leaf), AbortSignal.timeout(10_000));
    const released = await asOperator(releasing(leaf));
    expect(released.body).toMatchObject({
      changed: true,
      standing: { status: "quarantined", codes: ["NOT_IN_LEDGER"] },
    });
    expect((await find(leaf)).body.entries).toEqual([]);
    expect(await api.outcome(leaf)).toMatchObject({ iotStatus: "INACTIVE", chainBreaks: [] });
    const records = await asOperator({ path: `/v1/audit/certificates/${leaf.certificateId}` });
    expect(records.body.records).toContainEqual(
      expect.objectContaining({
        action: "claim-released",
        evidence: {
          reason: "pushed by mistake",
          entries: [{ manufacturer: "acme", batch: expect.any(String) }],
        },
      }),
    );
    await api.land(leaf);
    expect((await find(leaf)).body.entries).toMatchObject([{ manufacturer: "acme" }]);
  });

  test("goes to whoever pushes next", async () => {
    const leaf = await device(vendor);
    await approve(await push("acme", [leaf]));
    await asOperator(releasing(leaf));
    expect(await approve(await push("rival", [leaf]))).toMatchObject({ counts: { added: 1 } });
    expect((await find(leaf)).body.entries).toMatchObject([{ manufacturer: "rival" }]);
    expect(await approve(await push("acme", [leaf]))).toMatchObject({ counts: { refused: 1 } });
  });

  test("is nothing twice, and nothing of what nobody knows", async () => {
    const leaf = await issueLeaf(vendor, { subject: "CN=nobody" });
    expect((await asOperator(releasing(leaf))).body.code).toBe("CERTIFICATE_UNKNOWN");
    const known = await device(vendor);
    await approve(await push("acme", [known]));
    expect((await asOperator(releasing(known))).body.changed).toBe(true);
    expect((await asOperator(releasing(known))).body.code).toBe("CERTIFICATE_UNKNOWN");
  });
});

describe("a profile for some manufacturers only", () => {
  const applying = (name: string, manufacturers: readonly string[]): ApiRequest => ({
    method: "PUT",
    path: `/v1/profiles/${name}`,
    headers: { "if-match": "*" },
    body: {
      name,
      manufacturers,
      thing: { name: `${name}-\${cn}` },
      policy: { publish: ["dt/${thingName}/*"] },
    },
  });

  test("takes no batch of others", async () => {
    const making = { ...applying("lamp", ["acme"]), headers: { "if-none-match": "*" } };
    expect((await asOperator(making)).body).toMatchObject({ manufacturers: ["acme"] });
    const body = { profile: "lamp", fileName: "x.pem", bytes: 1, sha256: "00".repeat(32) };
    const opening = { method: "POST", path: "/v1/batches", body };
    expect((await world.api.call(tokens["acme"], opening)).status).toBe(201);
    const refused = await world.api.call(tokens["rival"], opening);
    expect(refused.body).toMatchObject({ status: 403, code: "PROFILE_NOT_ALLOWED" });
    expect(JSON.stringify(refused.body)).not.toMatch(/acme/i);
  });
});
