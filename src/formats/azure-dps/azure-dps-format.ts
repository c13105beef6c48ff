import { toReadableId } from "../fields/read-device-id.ts";
import { createFieldReader, secretRefused } from "../fields/read-device-record.ts";
import { resolveFields } from "../fields/resolve-fields.ts";
import { toShown } from "../framing/to-text.ts";
import type {
  ManifestContext,
  ManifestFormat,
  ManifestHead,
  ManifestOptions,
  ManifestProblem,
  ReadFrame,
} from "../manifest-format.ts";
import { cutJsonObject, cutNestedObject } from "../ndjson/cut-json-object.ts";
import { findWrapped } from "../ndjson/find-wrapped.ts";
import {
  isObject,
  type JsonObject,
  readFramedObject,
  readJsonObject,
} from "../ndjson/read-json-object.ts";

/**
 * Enrolments for Azure's Device Provisioning Service: a bulk operation, an array of them, one per line,
 * or a single one.
 *
 * @see https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment/run-bulk-operation
 */
export const azureDpsFormat: ManifestFormat = {
  name: "azure-dps",
  title: "Azure DPS enrolments",
  detect: (head) => {
    const bulk = /^\s*\{[^[]*"enrollments"\s*:\s*\[/.exec(head.text)?.[0];
    if (bulk !== undefined) return { skip: bulk.length, context: {} };
    const found = findWrapped(head) ?? findFirst(head);
    return found && isEnrolment(found.first) ? { skip: found.skip, context: {} } : undefined;
  },
  cut: () => cutNestedObject,
  createCheck: (context, options) => {
    const read = createReader(context, options);
    return (frame) => {
      if (frame.bytes.includes('"symmetricKey"')) read(frame, 1);
    };
  },
  createReader,
};

/** The first object of an array, or of all there is. */
function findFirst({ text, bytes, complete }: ManifestHead) {
  const opening = /^\s*(?:\[\s*)?(?=\{)/.exec(text)?.[0];
  if (opening === undefined) return undefined;
  const first = cutJsonObject(bytes, 0, complete);
  if (first === undefined || "keep" in first || first.fault) return undefined;
  const parsed = readJsonObject(bytes.subarray(first.start, first.end), 1);
  return "object" in parsed ? { skip: opening.length, first: parsed.object } : undefined;
}

function isEnrolment(object: JsonObject): boolean {
  const isNamed = "registrationId" in object || "enrollmentGroupId" in object;
  return isNamed && isObject(object["attestation"]);
}

function createReader(_context: ManifestContext, options: ManifestOptions): ReadFrame {
  const read = createFieldReader(options);
  return (frame, record) => {
    const parsed = readFramedObject(frame, record);
    if (!("object" in parsed)) return [parsed];
    const enrolment = parsed.object;
    refuseKeys(enrolment, options.source ?? "The manifest");
    const certificate = findCertificate(enrolment);
    const registrationId = textOf(enrolment, "registrationId");
    if ("code" in certificate) {
      const deviceId = toReadableId("registrationId", registrationId);
      const named = deviceId === undefined ? {} : { deviceId };
      return [{ kind: "problem", record, field: "attestation", ...certificate, ...named }];
    }
    const row = read(
      { ...fieldNames, values: [certificate.text, registrationId, textOf(enrolment, "deviceId")] },
      record,
    );
    if (row.kind === "problem" || certificate.other === undefined) return [row];
    const leftOut = {
      code: "CERTIFICATE_LEFT_OUT",
      field: "secondary",
      message: secondary,
    } as const;
    return [{ ...row, warnings: [...row.warnings, leftOut] }];
  };
}

const names = ["certificate", "registrationId", "iotHubDeviceId"];
const fieldNames = { names, resolved: resolveFields(names), kind: "member" };
const secondary = "The enrolment has a secondary certificate, which was left out.";

/** @throws MusterError SECRET_REFUSED */
function refuseKeys(enrolment: JsonObject, source: string): void {
  const keys = memberOf(memberOf(enrolment, "attestation"), "symmetricKey");
  if (textOf(keys, "primaryKey") !== "" || textOf(keys, "secondaryKey") !== "") {
    throw secretRefused(source, "it has symmetric keys of enrolments");
  }
}

/** The primary certificate; the secondary where there is no other. */
function findCertificate(
  enrolment: JsonObject,
): { readonly text: string; readonly other?: string } | Pick<ManifestProblem, "code" | "message"> {
  const attestation = memberOf(enrolment, "attestation");
  const x509 = memberOf(attestation, "x509");
  const clients = memberOf(x509, "clientCertificates");
  const both = [memberOf(clients, "primary"), memberOf(clients, "secondary")];
  const [text, other] = both.map((each) => textOf(each, "certificate")).filter((each) => each);
  if (text !== undefined) {
    return { text, ...(other !== undefined && other !== text && { other }) };
  }
  if (both.some((each) => isObject(each["info"]))) {
    return {
      code: "CERTIFICATE_ID_ONLY",
      message: "The enrolment has the certificate's thumbprint alone.",
    };
  }
  return { code: "CERTIFICATE_MISSING", message: explain(attestation, x509) };
}

function explain(attestation: JsonObject, x509: JsonObject): string {
  const isGroup = isObject(x509["signingCertificates"]) || isObject(x509["caReferences"]);
  if (isGroup) return "The enrolment names a CA, and none of the devices that it issued to.";
  const type = textOf(attestation, "type");
  if (type === "tpm") return "The enrolment is of a TPM's key, which has no certificate.";
  if (type === "symmetricKey")
    return "The enrolment is of a symmetric key, which has no certificate.";
  return `The enrolment is of the type ${toShown(type)} and holds no certificate of the device.`;
}

function textOf(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

function memberOf(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isObject(value) ? value : {};
}
