import * as z from "zod";
import { type ReasonCode, reasons } from "../../rules/decision/reason-codes.ts";
import { certificateId, timestamp } from "./common.ts";

const status = z.enum(["onboarding", "parking", "admitted", "quarantined", "rejected"]);
const reasonCode = z.enum(Object.keys(reasons) as ReasonCode[]);
const word = {
  reason: z.string().optional(),
  by: z.string().optional(),
  at: timestamp,
};

export const certificateSchema = z
  .object({
    certificateId,
    state: z
      .object({
        status,
        since: timestamp,
        attempts: z.int().nonnegative(),
        codes: z.array(reasonCode).describe("Why it is out."),
        thingName: z.string().optional(),
        profile: z.string().optional(),
        profileVersion: z.int().optional(),
        batch: z.string().optional(),
        caCertificateId: z.string().optional(),
      })
      .nullable()
      .describe("null before the first connect."),
    entries: z.array(
      z.object({
        manufacturer: z.string(),
        batch: z.string(),
        profile: z.string(),
        matchedBy: z.enum(["certificate", "public-key", "issuer-serial"]),
        deviceId: z.string().optional(),
        attributes: z.record(z.string(), z.string()),
        importedAt: timestamp,
      }),
    ),
    hold: z
      .object({ source: z.enum(["operator", "iot"]), ...word })
      .nullable()
      .describe("It stays out until it is released."),
    revocations: z.array(z.object(word)),
  })
  .meta({ id: "Certificate" });

export const certificateListSchema = z
  .object({
    certificates: z.array(
      z.object({
        certificateId,
        status,
        codes: z.array(reasonCode),
        thingName: z.string().nullable(),
        since: timestamp,
      }),
    ),
    more: z.boolean().describe("There are more than the limit."),
  })
  .meta({ id: "CertificateList" });

export const explanationSchema = z
  .object({
    certificateId,
    standing: z.enum([...status.options, "not-connected"]),
    summary: z.string(),
    reasons: z
      .array(
        z.object({
          code: reasonCode,
          outcome: z.enum(["quarantine", "reject"]),
          meaning: z.string(),
          detail: z.string().optional(),
          remedy: z.string(),
        }),
      )
      .describe("All of them have to be cured."),
  })
  .meta({ id: "Explanation" });

export const actSchema = z
  .object({
    certificateId,
    changed: z.boolean().describe("false: there was nothing to take back."),
    inFlight: z.boolean().describe("An attempt is under way and will find this word."),
    standing: z
      .object({
        status: z.enum(["admitted", "quarantined", "rejected"]),
        codes: z.array(reasonCode),
        thingName: z.string().optional(),
      })
      .nullable()
      .describe("null: it has not connected yet, or is in flight."),
  })
  .meta({ id: "CertificateAct" });

/** As AWS IoT names things. */
export const thingName = z.string().regex(/^[a-zA-Z0-9:_-]{1,128}$/);

export const deviceSchema = z
  .object({ thingName, certificate: certificateSchema })
  .meta({ id: "Device" });
