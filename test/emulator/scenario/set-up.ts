import assert from "node:assert/strict";
import type { Ca } from "../../../src/local/sample-pki.ts";
import { type Api, createApi } from "../clients/create-api.ts";
import { proveCa } from "../fleet.ts";
import type { Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

/** A manufacturer on a stage. */
export interface Manufacturer {
  readonly api: Api;
  /** Registered in DEFAULT mode, with proof of its key. */
  readonly provenCa: Ca;
  /** Registered in SNI_ONLY mode. */
  readonly vendorCa: Ca;
}

export const profile = { jitr: "sensor", inAdvance: "gateway" } as const;

interface DescribedCa {
  readonly certificateDescription: {
    readonly status: string;
    readonly autoRegistrationStatus: string;
  };
}

/** Sets a manufacturer, its CAs and profiles up through the deployed API. */
export async function setUp(scenario: Scenario, { name, url, operator }: Stage) {
  const { report, clients, factory, target } = scenario;
  const { check } = report;
  const manufacturer = `${factory.run}-${name}`;
  const api = await check("an operator adds a manufacturer, and a token for it", async () => {
    await operator.call("POST", "/v1/manufacturers", { id: manufacturer, name: "Acme" });
    const description = "test";
    const asked = { role: "manufacturer", manufacturer, description, days: 1 };
    const { text } = await operator.call<{ readonly text: string }>("POST", "/v1/tokens", asked);
    const made = createApi(clients, { url, token: text, patienceMs: target.patienceMs });
    assert.equal(await made.status("GET", "/v1/profiles"), 403);
    return made;
  });
  const provenCa = await factory.makeCa(`${name} device CA`);
  const vendorCa = await factory.makeCa(`${name} vendor CA`);
  await check("registers its CA with proof of the key, which AWS IoT then has ACTIVE", async () => {
    const path = "/v1/issuers/registration-code";
    const code = await operator.call<{ readonly registrationCode: string }>("GET", path);
    const verificationCertificate = await proveCa(provenCa, code.registrationCode);
    const proven = { certificate: provenCa.pem, mode: "DEFAULT", verificationCertificate };
    await operator.call("POST", "/v1/issuers", { ...proven, manufacturer });
    await checkCa(scenario, provenCa);
  });
  await check("registers a vendor's CA in SNI_ONLY mode, whose key it does not have", async () => {
    const certificate = vendorCa.pem;
    await operator.call("POST", "/v1/issuers", { certificate, manufacturer, mode: "SNI_ONLY" });
    await checkCa(scenario, vendorCa);
  });
  await check("applies profiles, whose policies AWS IoT then has", async () => {
    const policy = { publish: ["dt/${thingName}/*"], subscribe: ["cmd/${thingName}/*"] };
    const thing = { name: "${cn}", groups: [factory.run] };
    for (const each of [
      { name: profile.jitr, thing, policy },
      { name: profile.inAdvance, registration: "preregister", thing, policy },
    ]) {
      const path = `/v1/profiles/${each.name}`;
      const { policyName } = await operator.call<{ readonly policyName: string }>(
        "PUT",
        path,
        each,
      );
      factory.policies.add(policyName);
      const words = ["iot", "get-policy", "--policy-name", policyName];
      const found = await clients.aws<{ readonly policyDocument: string }>(...words);
      assert.match(found.policyDocument, /iot:Connection\.Thing\.ThingName/);
    }
  });
  return { api, provenCa, vendorCa };
}

async function checkCa({ clients }: Scenario, { certificateId }: Ca): Promise<void> {
  const words = ["iot", "describe-ca-certificate", "--certificate-id", certificateId];
  const { certificateDescription } = await clients.aws<DescribedCa>(...words);
  const { status, autoRegistrationStatus } = certificateDescription;
  assert.deepEqual(
    { status, autoRegistrationStatus },
    { status: "ACTIVE", autoRegistrationStatus: "ENABLE" },
  );
}
