import { createFieldReader, secretRefused } from "../fields/read-device-record.ts";
import { resolveFields } from "../fields/resolve-fields.ts";
import { toShown } from "../framing/to-text.ts";
import type {
  ManifestContext,
  ManifestFormat,
  ManifestOptions,
  ManifestProblem,
  ReadFrame,
} from "../manifest-format.ts";
import { cutJsonObject, cutNestedObject } from "../ndjson/cut-json-object.ts";
import {
  isObject,
  type JsonObject,
  readFramedObject,
  readJsonObject,
} from "../ndjson/read-json-object.ts";

/**
 * Enrolments for Azure's Device Provisioning Service: a bulk operation, or an array of them.
 *
 * @see https://learn.microsoft.com/rest/api/iot-dps/service/individual-enrollment/run-bulk-operation
 */
export const azureDpsFormat: ManifestFormat = {
  name: "azure-dps",
  title: "Azure DPS enrolments",
  detect: ({ text, bytes, complete }) => {
    const bulk = /^\s*\{[^[]*"enrollments"\s*:\s*\[/.exec(text)?.[0];
    if (bulk !== undefined) return { skip: bulk.length, context: {} };
    if (!/^\s*\[\s*\{/.test(text)) return undefined;
    const first = cutJsonObject(bytes, 0, complete);
    if (first === undefined || "keep" in first || first.fault) return undefined;
    const parsed = readJsonObject(bytes.subarray(first.start, first.end), 1);
    const isEnrolment = "object" in parsed && "attestation" in parsed.object;
    return isEnrolment ? { skip: text.indexOf("[") + 1, context: {} } : undefined;
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

function createReader(_context: ManifestContext, options: ManifestOptions): ReadFrame {
  const read = createFieldReader(options);
  return (frame, record) => {
    const parsed = readFramedObject(frame, record);
    if (!("object" in parsed)) return [parsed];
    const fields = toFields(parsed.object, options.source ?? "The manifest");
    if ("code" in fields) return [{ kind: "problem", record, ...fields }];
    return [read({ ...fields, resolved: resolveFields(fields.names), kind: "member" }, record)];
  };
}

type Fields = { readonly names: readonly string[]; readonly values: readonly string[] };

function toFields(
  enrolment: JsonObject,
  source: string,
): Fields | Pick<ManifestProblem, "code" | "message" | "field"> {
  const attestation = memberOf(enrolment, "attestation");
  if (typeof memberOf(attestation, "symmetricKey")["primaryKey"] === "string") {
    throw secretRefused(source, "it has symmetric keys of enrolments");
  }
  const x509 = memberOf(attestation, "x509");
  const primary = memberOf(memberOf(x509, "clientCertificates"), "primary");
  const { certificate } = primary;
  if (typeof certificate !== "string" || certificate === "") {
    const type = toShown(textOf(attestation, "type"));
    const isHash = isObject(primary["info"]);
    return {
      code: isHash ? "CERTIFICATE_ID_ONLY" : "CERTIFICATE_MISSING",
      field: "clientCertificates",
      message: `The enrolment is of type ${type} and holds no certificate of the device.`,
    };
  }
  return {
    names: ["certificate", "registrationId", "iotHubDeviceId"],
    values: [certificate, textOf(enrolment, "registrationId"), textOf(enrolment, "deviceId")],
  };
}

function textOf(object: JsonObject, name: string): string {
  const value = object[name];
  return typeof value === "string" ? value : "";
}

function memberOf(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isObject(value) ? value : {};
}
