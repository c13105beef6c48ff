import { describe, expect, test } from "vitest";
import {
  type CertificateAuthority,
  createRegisterCa,
  type RegisterCaRequest,
  type RegisteredCa,
} from "../../src/access/certificate-authorities/register-ca.ts";
import { createCa } from "../../src/local/sample-pki.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { createSubjects } from "../support/memory-subjects.ts";

const at = "2026-05-01T00:00:00.000Z";
const ca = await createCa({ name: "Acme CA", notAfter: new Date("2040-01-01T00:00:00Z") });
const proof = Uint8Array.of(1, 2, 3);
const inIot: RegisteredCa = {
  stage: "dev",
  active: true,
  autoRegistration: true,
  hasTemplate: false,
  mode: "SNI_ONLY",
};

function setup(there?: RegisteredCa) {
  const subjects = createSubjects<CertificateAuthority>();
  const calls: unknown[] = [];
  const registerCa = createRegisterCa({
    read: subjects.read,
    write: async (...change) => {
      calls.push("list");
      return subjects.write(...change);
    },
    addIssuer: async (manufacturer) => {
      if (manufacturer === "nobody") throw new MusterError("MANUFACTURER_UNKNOWN", "");
      calls.push(["issuer", manufacturer]);
    },
    describeCa: async () => there,
    registerInIot: async (request) => {
      calls.push(["register", request]);
    },
    claimInIot: async (id, stage) => {
      calls.push(["claim", id, stage]);
    },
    enableInIot: async (id) => {
      calls.push(["enable", id]);
    },
    stage: "dev",
    now: () => new Date(at),
    actor: "operator:eve",
  });
  const register = (request: Partial<RegisterCaRequest> = {}) =>
    registerCa({ ca: ca.der, mode: "SNI_ONLY", manufacturer: "acme", ...request });
  return { ...subjects, calls, register };
}

const authority = {
  caCertificateId: ca.certificateId,
  subject: "CN=Acme CA",
  mode: "SNI_ONLY",
  manufacturer: "acme",
  notAfter: "2040-01-01T00:00:00.000Z",
};

describe("registering a CA", () => {
  test("makes it this stage's, puts it on the list, and only then lets devices come", async () => {
    const { register, calls, values, events } = setup();
    expect(await register()).toEqual(authority);
    expect(calls).toEqual([
      ["issuer", "acme"],
      ["register", { ca: ca.der, mode: "SNI_ONLY", stage: "dev" }],
      "list",
      ["enable", ca.certificateId],
    ]);
    expect(values.get(ca.certificateId)).toEqual(authority);
    expect(events).toEqual([
      {
        id: ca.certificateId,
        action: "registered",
        actor: "operator:eve",
        at,
        evidence: { subject: "CN=Acme CA", mode: "SNI_ONLY", manufacturer: "acme" },
      },
    ]);
  });

  test("in DEFAULT mode hands on the verification certificate", async () => {
    const { register, calls } = setup();
    await register({ mode: "DEFAULT", verificationCertificate: proof });
    expect(calls).toContainEqual([
      "register",
      { ca: ca.der, mode: "DEFAULT", stage: "dev", verificationCertificate: proof },
    ]);
  });

  test("again notes nothing, and registers what is not in AWS IoT yet", async () => {
    const { register, calls, events } = setup();
    await register();
    calls.length = 0;
    expect(await register()).toEqual(authority);
    expect(events).toHaveLength(1);
    expect(calls).toEqual([
      ["issuer", "acme"],
      ["register", expect.anything()],
      ["enable", ca.certificateId],
    ]);
  });

  test("again in another mode notes the change", async () => {
    const { register, events } = setup();
    await register();
    await register({ mode: "DEFAULT", verificationCertificate: proof });
    expect(events.map(({ evidence }) => evidence["mode"])).toEqual(["SNI_ONLY", "DEFAULT"]);
  });

  test("that AWS IoT has already leaves it there as it is", async () => {
    const { register, calls } = setup(inIot);
    await register();
    expect(calls).toEqual([["issuer", "acme"], "list"]);
  });

  test("that is nobody's in AWS IoT says whose it is before anything else", async () => {
    const { register, calls } = setup({ ...inIot, stage: undefined });
    await register();
    expect(calls).toEqual([["issuer", "acme"], ["claim", ca.certificateId, "dev"], "list"]);
  });

  test.for([{ active: false }, { autoRegistration: false }])(
    "that AWS IoT has with %j enables it",
    async (deviation) => {
      const { register, calls } = setup({ ...inIot, ...deviation });
      await register();
      expect(calls.at(-1)).toEqual(["enable", ca.certificateId]);
    },
  );
});

describe("a CA is refused", () => {
  const cases = [
    {
      what: "in DEFAULT mode without a verification certificate",
      request: { mode: "DEFAULT" },
      code: "CA_INVALID",
      words: "its CN is the account's registration code",
    },
    {
      what: "in SNI_ONLY mode with one",
      request: { verificationCertificate: proof },
      code: "CA_INVALID",
      words: "takes no verification certificate",
    },
    {
      what: "that is no certificate",
      request: { ca: Uint8Array.of(1) },
      code: "CERTIFICATE_UNREADABLE",
      words: "cannot be read",
    },
    {
      what: "of a manufacturer that is none",
      request: { manufacturer: "nobody" },
      code: "MANUFACTURER_UNKNOWN",
      words: "",
    },
    {
      what: "with a provisioning template in AWS IoT",
      there: { ...inIot, hasTemplate: true },
      code: "CA_CONFLICT",
      words: "just-in-time provisioning template",
    },
    {
      what: "of another stage in AWS IoT",
      there: { ...inIot, stage: "prod" },
      code: "CA_CONFLICT",
      words: 'the stage "prod"',
    },
    {
      what: "of another mode in AWS IoT",
      there: { ...inIot, mode: "DEFAULT" },
      code: "CA_CONFLICT",
      words: "--mode DEFAULT",
    },
  ] as const satisfies readonly {
    what: string;
    request?: Partial<RegisterCaRequest>;
    there?: RegisteredCa;
    code: string;
    words: string;
  }[];
  test.for(cases)("$what: $code", async ({ code, words, ...given }) => {
    const { register, calls, values } = setup("there" in given ? given.there : undefined);
    await expect(register("request" in given ? given.request : {})).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
    expect(values.size).toBe(0);
    expect(calls.filter((call) => call !== "list" && !String(call).startsWith("issuer"))).toEqual(
      [],
    );
  });
});
