import * as z from "zod";
import { maxTokenDays, roles } from "../../access/tokens/token.ts";
import {
  certificateId,
  certificatePem,
  manufacturerId,
  nextCursor,
  profileName,
  timestamp,
  tokenId,
} from "./common.ts";

/** Of characters, as a pattern that every dialect reads. */
const controls = String.raw`\u0000-\u001f\u007f-\u009f\u2028\u2029`;
const name = z
  .string()
  .min(1)
  .max(200)
  .regex(new RegExp(`^[^${controls}]*$`))
  .regex(/\S/)
  .describe("One line, for people.");

export const signerSchema = z
  .object({
    certificateId,
    subject: z.string(),
    notBefore: timestamp,
    notAfter: timestamp,
  })
  .meta({ id: "Signer" });
export const signerListSchema = z
  .object({ signers: z.array(signerSchema) })
  .meta({ id: "SignerList" });
export const certificateBodySchema = z
  .strictObject({ certificate: certificatePem })
  .meta({ id: "GivenCertificate" });

export const manufacturerSchema = z
  .object({
    id: manufacturerId,
    name: z.string(),
    status: z.enum(["active", "suspended"]),
    issuers: z.array(
      z.object({
        caCertificateId: certificateId,
        subject: z.string(),
        notAfter: timestamp,
        shared: z.boolean().describe("Others issue from it too."),
      }),
    ),
    signers: z.array(certificateId),
  })
  .meta({ id: "Manufacturer" });
export const manufacturerListSchema = z
  .object({ manufacturers: z.array(manufacturerSchema), cursor: nextCursor })
  .meta({ id: "ManufacturerList" });
export const addManufacturerSchema = z
  .strictObject({ id: manufacturerId, name })
  .meta({ id: "AddManufacturer" });
export const changeManufacturerSchema = z
  .strictObject({ name, status: z.enum(["active", "suspended"]) })
  .partial()
  .meta({ id: "ChangeManufacturer" });

const mode = z
  .enum(["SNI_ONLY", "DEFAULT"])
  .describe("SNI_ONLY needs no proof of the CA's key, and devices send SNI.");
const issuer = {
  caCertificateId: certificateId,
  subject: z.string(),
  mode,
  manufacturer: manufacturerId,
  notAfter: timestamp,
};
export const issuerSchema = z.object(issuer).meta({ id: "Issuer" });
export const issuerListSchema = z
  .object({
    issuers: z.array(z.object({ ...issuer, status: z.string().describe("In AWS IoT.") })),
    cursor: nextCursor,
  })
  .meta({ id: "IssuerList" });
export const registerIssuerSchema = z
  .strictObject({
    certificate: certificatePem,
    manufacturer: manufacturerId,
    mode,
    verificationCertificate: certificatePem
      .optional()
      .describe("DEFAULT mode: signed by the CA's key, its CN the registration code."),
  })
  .meta({ id: "RegisterIssuer" });
export const registrationCodeSchema = z
  .object({ registrationCode: z.string() })
  .meta({ id: "RegistrationCode" });

const texts = z.array(z.string());
export const profileSchema = z
  .object({
    name: profileName,
    description: z.string(),
    manufacturers: z
      .array(manufacturerId)
      .optional()
      .describe("Whose devices are let in; everybody's, where absent."),
    registration: z.string(),
    certificate: z.object({
      keys: texts.optional(),
      signatureAlgorithms: texts.optional(),
      subject: z.record(z.string(), z.string()),
      requireClientAuth: z.boolean(),
    }),
    thing: z.object({
      name: z.string(),
      type: z.string().optional(),
      groups: texts,
      attributes: z.record(z.string(), z.string()),
    }),
    policy: z.object({
      attachTo: z.union([
        z.literal("certificate"),
        z.object({ group: z.string(), greengrass: z.literal(false) }),
      ]),
      publish: texts,
      subscribe: texts,
    }),
    version: z.int().positive(),
    policyName: z.string(),
  })
  .meta({ id: "Profile" });
export const profileListSchema = z
  .object({ profiles: z.array(profileSchema), cursor: nextCursor })
  .meta({ id: "ProfileList" });
export const applyProfileSchema = z.looseObject({ name: profileName }).meta({
  id: "ApplyProfile",
  description: "A profile as it is written in YAML; see the reference of profiles for its fields.",
});

export const auditKinds = {
  certificates: "CERT",
  manufacturers: "MANUFACTURER",
  profiles: "PROFILE",
  batches: "BATCH",
  issuers: "CA",
  tokens: "TOKEN",
} as const;
export const auditParams = z.object({
  kind: z.enum(Object.keys(auditKinds) as (keyof typeof auditKinds)[]),
  id: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/),
});
export const auditListSchema = z
  .object({
    subject: z.string(),
    records: z.array(
      z.object({
        subject: z.string(),
        sequence: z.int(),
        previousHash: z.string(),
        hash: z.string(),
        action: z.string(),
        actor: z.string(),
        at: timestamp,
        correlationId: z
          .string()
          .optional()
          .describe("By which the log has what led to it: of a message, a request or a batch."),
        evidence: z.record(z.string(), z.unknown()),
      }),
    ),
    cursor: nextCursor,
  })
  .meta({ id: "AuditList" });
export const verdictSchema = z
  .object({
    subject: z.string(),
    whole: z.boolean(),
    records: z.int().nonnegative(),
    breaks: z.array(z.object({ code: z.string(), sequence: z.int(), detail: z.string() })),
  })
  .meta({ id: "AuditVerdict" });

const token = {
  id: tokenId,
  role: z.enum(roles),
  manufacturer: manufacturerId.optional(),
  description: z.string(),
  createdAt: timestamp,
  createdBy: z.string(),
  expiresAt: timestamp,
  revokedAt: timestamp.optional(),
  revokedBy: z.string().optional(),
};
export const tokenSchema = z.object(token).meta({ id: "Token" });
export const tokenListSchema = z
  .object({
    tokens: z.array(
      z.object({
        ...token,
        lastUsedOn: z.string().optional().describe("A day; may lag by one."),
      }),
    ),
    cursor: nextCursor,
  })
  .meta({ id: "TokenList" });
const wanted = {
  description: z.string().min(1).max(200).describe("Who has it."),
  days: z.int().min(1).max(maxTokenDays).default(90).describe("How long it is valid."),
};
export const createTokenSchema = z
  .discriminatedUnion("role", [
    z.strictObject({ role: z.literal("manufacturer"), manufacturer: manufacturerId, ...wanted }),
    z.strictObject({ role: z.enum(["operator", "auditor"]), ...wanted }),
  ])
  .meta({ id: "CreateToken" });
export const createdTokenSchema = z
  .object({ token: tokenSchema, text: z.string().describe("The token itself; shown once only.") })
  .meta({ id: "CreatedToken" });
