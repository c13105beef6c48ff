import { hash, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ManifestOptions, ManifestRow } from "../../../src/formats/manifest-format.ts";
import { microchipSample } from "../../../src/formats/microchip/microchip-sample.ts";
import { createSample } from "../../../src/formats/sample/create-sample.ts";
import { now, readAll, recordsOf, toLines } from "../support.ts";

interface Jws {
  payload: string;
  protected: string;
  header: { uniqueId: string };
  signature: string;
}

type Json = Record<string, unknown>;

/** One entry that is as it should be, and the means to alter and sign it. */
function setup() {
  const { chunks, pki } = createSample({ format: microchipSample, count: 1, now });
  const [entry] = JSON.parse(Buffer.concat([...chunks]).toString()) as readonly Jws[];
  const { root, signer } = pki;
  if (entry === undefined || signer === undefined) throw new Error("The sample is empty.");
  return { entry, root, signer, options: { signers: [signer.der], roots: [root.der] } };
}

const decode = (text: string) => JSON.parse(Buffer.from(text, "base64url").toString()) as Json;
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function resign(entry: Jws, key: KeyObject): Jws {
  const text = Buffer.from(`${entry.protected}.${entry.payload}`);
  const signature = sign("sha256", text, { key, dsaEncoding: "ieee-p1363" });
  return { ...entry, signature: signature.toString("base64url") };
}

async function read(entry: object, options: ManifestOptions): Promise<ManifestRow> {
  const { rows } = await readAll(JSON.stringify([entry]), options);
  const [row] = rows;
  if (row === undefined || rows.length !== 1) throw new Error("There is one entry.");
  return row;
}

/** Reads the entry with its payload altered, and signed again. */
async function readAltered(alter: (payload: Json) => Json, more: ManifestOptions = {}) {
  const { entry, signer, options } = setup();
  const altered = { ...entry, payload: encode(alter(decode(entry.payload))) };
  return read(resign(altered, signer.privateKey), { ...options, ...more });
}

describe("a Microchip manifest", () => {
  test("gives the device's id, its certificate, and its signer CA", async () => {
    const { entry, root, options } = setup();
    const row = await read(entry, options);
    expect(row).toMatchObject({
      deviceId: entry.header.uniqueId,
      idSource: "uniqueId",
      verified: "signature",
      attributes: { model: "ATECC608C", provisioningTimestamp: now.toISOString() },
      warnings: [],
    });
    const [record] = recordsOf([row]);
    expect(record?.chain).toHaveLength(2);
    expect(Buffer.from(record?.chain[1] ?? []).equals(root.der)).toBe(true);
  });

  test("is judged in this order: algorithm, signer, signature, ids, key, chain", async () => {
    const { entry, signer, options } = setup();
    const other = setup();
    const header = decode(entry.protected);
    const steps: readonly (readonly [string, Partial<Jws>])[] = [
      ["JWS_INVALID", { payload: "?" }],
      ["JWS_ALGORITHM_REFUSED", { protected: encode({ ...header, alg: "none" }) }],
      ["SIGNER_NOT_TRUSTED", { protected: encode({ ...header, "x5t#S256": "A" }) }],
      ["SIGNER_MISMATCH", { protected: encode({ ...header, kid: "A" }) }],
      ["ENTRY_SIGNATURE_INVALID", { signature: other.entry.signature }],
    ];
    const spoilt = { ...entry, signature: "AAAA", header: { uniqueId: "00" } };
    for (const [code, change] of steps) {
      expect(await read({ ...spoilt, ...change }, options), code).toMatchObject({ code });
    }
    const forged = { ...entry, header: { uniqueId: "00" } };
    expect(await read(forged, options)).toMatchObject({ code: "UNIQUE_ID_MISMATCH" });
    // Signed by the right key, over something else.
    const moved = { ...entry, payload: other.entry.payload };
    expect(await read(moved, options)).toMatchObject({ code: "ENTRY_SIGNATURE_INVALID" });
    expect(hash("sha256", signer.der, "base64url")).toBe(header["x5t#S256"]);
  });

  test("is signed by whom the manufacturer trusts, or by nobody", async () => {
    const { entry, options } = setup();
    const unknown = { kind: "problem", code: "SIGNER_NOT_TRUSTED", field: "protected" };
    expect(await read(entry, {})).toMatchObject(unknown);
    expect(await read(entry, { signers: setup().options.signers })).toMatchObject(unknown);
    // To look into a file, when nobody's word is asked for.
    expect(await read(entry, { acceptUnknownSigners: true })).toMatchObject({
      verified: "none",
      warnings: [{ code: "SIGNATURE_NOT_CHECKED" }],
    });
    const bad = { ...entry, signature: "AAAA" };
    expect(await read(bad, { ...options, acceptUnknownSigners: true })).toMatchObject({
      code: "ENTRY_SIGNATURE_INVALID",
    });
  });

  test.for([
    ["before the signer was valid", "2001-01-01T00:00:00.000Z"],
    ["after the signer was valid", "2999-01-01T00:00:00.000Z"],
    ["at no time", "yesterday"],
    ["in no month", "2026-13-01T00:00:00Z"],
    ["never", undefined],
  ] as const)("is refused when it was made %s", async ([, provisioningTimestamp]) => {
    const row = await readAltered((payload) => ({ ...payload, provisioningTimestamp }));
    expect(row).toMatchObject({ code: "SIGNER_NOT_VALID", field: "provisioningTimestamp" });
  });

  test("says when it was made in any form of ISO 8601", async () => {
    const times = ["2026-01-15T10:30:00Z", "2026-01-15T11:30:00.5+01:00", "2026-01-15T10:30"];
    for (const provisioningTimestamp of times) {
      const row = await readAltered((payload) => ({ ...payload, provisioningTimestamp }));
      expect(row, provisioningTimestamp).toMatchObject({ kind: "record", verified: "signature" });
    }
  });

  test("names the device also where it is refused, by what is signed before what is not", async () => {
    const { entry, options } = setup();
    const { uniqueId } = entry.header;
    const refused: readonly (readonly [code: string, entry: object])[] = [
      ["JWS_INVALID", { ...entry, payload: "?" }],
      ["ENTRY_SIGNATURE_INVALID", { ...entry, signature: "AAAA" }],
      ["UNIQUE_ID_MISMATCH", { ...entry, header: { uniqueId: "00" } }],
      ["JWS_INVALID", { ...entry, header: undefined }],
    ];
    for (const [code, given] of refused) {
      expect(await read(given, options)).toMatchObject({ code, deviceId: uniqueId });
    }
    const nameless = { ...entry, payload: encode({}), header: { uniqueId: "Über" } };
    expect(await read(nameless, options)).not.toHaveProperty("deviceId");
  });

  test("is refused when it asks for extensions of JWS", async () => {
    const { entry, options } = setup();
    const header = { ...decode(entry.protected), crit: ["b64"], b64: false };
    const row = await read({ ...entry, protected: encode(header) }, options);
    expect(row).toMatchObject({ code: "JWS_INVALID", field: "protected" });
  });

  test("is told whose signature is missing, by the id that signers are listed by", async () => {
    const { entry, signer } = setup();
    const id = hash("sha256", signer.der, "hex");
    const unknown = await read(entry, {});
    expect(unknown).toMatchObject({ message: expect.stringContaining(`(${id}, x5t#S256 "`) });
    const header = {
      ...decode(entry.protected),
      "x5t#S256": "Vx2ZhBEX46-zTyiIYEWQP6eFzCg90ugGjh5epGBM4OM",
    };
    const known = await read({ ...entry, protected: encode(header) }, {});
    const message = expect.stringMatching(/"Manifest Signer 005".*\(571d9984.*fetch it there/);
    expect(known).toMatchObject({ message });
  });

  test.for([
    ["neither keys nor certificates", undefined, undefined, /neither keys nor certificates/],
    ["keys alone", { keys: [{ kid: "0" }, { kid: "1" }] }, undefined, /2 public keys and no cert/],
    ["none in the slot that is named", null, "3", /^Slot "3" has no .* these have: 0\.$/],
  ] as const)("without a certificate is told what it has: %s", async ([, keys, cert, message]) => {
    const row = await readAltered(
      (payload) => (keys === null ? payload : { ...payload, publicKeySet: keys }),
      cert === undefined ? {} : { mapping: { cert } },
    );
    expect(row).toMatchObject({
      code: "NO_CERTIFICATE",
      field: "publicKeySet",
      message: expect.stringMatching(message),
    });
  });

  test("never shows what is encrypted for somebody else", async () => {
    const encryptedSecretKeySet = { keys: [{ kid: "9", ciphertext: "c2VjcmV0" }] };
    const row = await readAltered((payload) => ({ ...payload, encryptedSecretKeySet }));
    expect(row).toMatchObject({ kind: "record", warnings: [] });
    const refused = await readAltered((payload) => ({ ...payload, encryptedSecretKeySet, x: 1 }), {
      signers: [],
    });
    expect(JSON.stringify([row, refused])).not.toContain("c2VjcmV0");
  });

  test("may be of a newer version, and have a name of the customer's", async () => {
    const newer = await readAltered((payload) => ({ ...payload, version: 4 }));
    expect(newer).toMatchObject({ kind: "record", warnings: [{ code: "VERSION_UNKNOWN" }] });
    const { entry, signer, options } = setup();
    const payload = encode({ ...decode(entry.payload), uniqueId: "0123abcdef" });
    const renamed = { ...entry, payload, header: { uniqueId: "0123abcdef" } };
    expect(await read(resign(renamed, signer.privateKey), options)).toMatchObject({
      deviceId: "0123abcdef",
      warnings: [{ code: "NAME_DIFFERS", field: "uniqueId" }],
    });
  });

  test("takes the one key with a certificate; of several the slot that is named", async () => {
    const double = (payload: Json): Json => {
      const { keys } = payload["publicKeySet"] as { readonly keys: readonly Json[] };
      const [identity = {}, ...others] = keys;
      return {
        ...payload,
        publicKeySet: { keys: [identity, { ...identity, kid: "2" }, ...others] },
      };
    };
    expect(await readAltered(double)).toMatchObject({
      code: "CERTIFICATE_AMBIGUOUS",
      message: "There are certificates for the slots 0, 2.",
    });
    expect(await readAltered(double, { mapping: { cert: "2" } })).toMatchObject({ kind: "record" });
  });

  test("with a private key is refused whole", async () => {
    const withKey = (payload: Json) => ({
      ...payload,
      publicKeySet: { keys: [{ kid: "0", kty: "EC", d: "secret" }] },
    });
    await expect(readAltered(withKey)).rejects.toMatchObject({ code: "PRIVATE_KEY_REFUSED" });
    const withSecret = () => ({ publicKeySet: { keys: [{ kid: "0", kty: "oct", k: "secret" }] } });
    await expect(readAltered(withSecret)).rejects.toMatchObject({ code: "PRIVATE_KEY_REFUSED" });
    await expect(readAltered(withKey)).rejects.not.toMatchObject({
      message: expect.stringContaining("secret"),
    });
  });

  test.for([
    ["a chain to another root", (o: ReturnType<typeof setup>) => ({ roots: [o.root.der] })],
  ] as const)("is refused with %s", async ([, toOptions]) => {
    const { entry, options } = setup();
    const row = await read(entry, { ...options, ...toOptions(setup()) });
    expect(row).toMatchObject({ code: "CHAIN_INVALID" });
  });

  test("loses an entry that is damaged, and no other", async () => {
    const { chunks, pki } = createSample({ format: microchipSample, count: 4, now });
    const text = Buffer.concat([...chunks]).toString();
    const signers = pki.signer ? [pki.signer.der] : [];
    const lines = async (input: string) => toLines((await readAll(input, { signers })).rows);
    const good = await lines(text);
    expect(good).toEqual([1, 2, 3, 4].map((record) => expect.stringMatching(`^${record}: 0123`)));
    const compact = JSON.stringify(JSON.parse(text));
    expect(await lines(compact)).toEqual(good);
    const second = text.indexOf('"signature"', text.indexOf('"signature"') + 1);
    const unclosed = text.slice(0, second + 20) + text.slice(second + 20).replace('"\n', "\n");
    const [first, , third, fourth] = good;
    expect(await lines(unclosed)).toEqual([first, "2: RECORD_UNCLOSED", third, fourth]);
    const stray = text.replace("},\n  {", '}, 17, "x"\n  {');
    expect(await lines(stray)).toEqual([
      first,
      "2: RECORD_UNREADABLE",
      ...good.slice(1).map((each) => each.replace(/^\d/, (digit) => String(Number(digit) + 1))),
    ]);
  });
});
