import * as z from "zod";
import { certificateIdOf } from "../registry/certificate-id.ts";
import { AwsError } from "./aws-error.ts";
import { checkCa, checkCertificateMode, checkSubjectLimit } from "./ca-certificate-checks.ts";
import { toCertificateDescription } from "./certificate-description.ts";
import { parseCertificate } from "./certificate-input.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { readRegistrationCode } from "./registration-code-routes.ts";
import { writeTags } from "./resource-tag-routes.ts";
import { createRoute, type Route } from "./route.ts";
import {
  certificateId,
  certificatePage,
  certificatePageFrom,
  flag,
  pem,
  tagList,
  unsupported,
} from "./shapes.ts";

/** Operations on CA certificates. */
export function createCaCertificateRoutes(context: OperationContext): readonly Route[] {
  const { tables, existing, arns, now } = context;

  return [
    createRoute({
      operation: "RegisterCACertificate",
      method: "POST",
      path: "/cacertificate",
      from: { setAsActive: "query", allowAutoRegistration: "query" },
      input: z.object({
        caCertificate: pem,
        verificationCertificate: pem.optional(),
        certificateMode: z.enum(["DEFAULT", "SNI_ONLY"]).default("DEFAULT"),
        setAsActive: flag.default(false),
        allowAutoRegistration: flag.default(false),
        registrationConfig: unsupported("Just-in-time provisioning (registrationConfig)"),
        tags: tagList.default([]),
      }),
      note: "Both modes; no provisioning templates (`registrationConfig`).",
      handle: (input) => {
        const x509 = parseCertificate(input.caCertificate, "caCertificate");
        checkCa(x509, now());
        checkCertificateMode(input.certificateMode, x509, {
          verificationPem: input.verificationCertificate,
          registrationCode: readRegistrationCode(tables.settings),
        });
        const id = certificateIdOf(x509);
        const resource = { certificateArn: arns.of("cacert", id), certificateId: id };
        if (tables.caCertificates.find(id) !== undefined) {
          throw new AwsError(
            "ResourceAlreadyExistsException",
            "The CA certificate is already registered",
            { resourceId: id, resourceArn: resource.certificateArn },
          );
        }
        checkSubjectLimit(tables.caCertificates.all(), x509);
        const at = now();
        tables.caCertificates.add({
          certificateId: id,
          certificatePem: x509.toString(),
          status: input.setAsActive ? "ACTIVE" : "INACTIVE",
          autoRegistrationStatus: input.allowAutoRegistration ? "ENABLE" : "DISABLE",
          certificateMode: input.certificateMode,
          creationDate: at,
          lastModifiedDate: at,
          customerVersion: 1,
        });
        writeTags(tables.settings, id, input.tags);
        return resource;
      },
    }),
    createRoute({
      operation: "DescribeCACertificate",
      method: "GET",
      path: "/cacertificate/{certificateId}",
      input: z.object({ certificateId }),
      handle: (input) =>
        toCertificateDescription(context, "cacert", existing.caCertificate(input.certificateId)),
    }),
    createRoute({
      operation: "ListCACertificates",
      method: "GET",
      path: "/cacertificates",
      from: { ...certificatePageFrom, templateName: "query" },
      input: z.object({ ...certificatePage, templateName: unsupported("templateName") }),
      handle: ({ pageSize, marker, isAscendingOrder }) => {
        const page = tables.caCertificates.list({
          after: marker,
          limit: pageSize,
          ascending: isAscendingOrder,
        });
        return {
          certificates: page.rows.map((ca) => ({
            certificateArn: arns.of("cacert", ca.certificateId),
            certificateId: ca.certificateId,
            status: ca.status,
            creationDate: toEpochSeconds(ca.creationDate),
          })),
          nextMarker: page.next,
        };
      },
    }),
    createRoute({
      operation: "UpdateCACertificate",
      method: "PUT",
      path: "/cacertificate/{certificateId}",
      from: { newStatus: "query", newAutoRegistrationStatus: "query" },
      input: z.object({
        certificateId,
        newStatus: z.enum(["ACTIVE", "INACTIVE"]).optional(),
        newAutoRegistrationStatus: z.enum(["ENABLE", "DISABLE"]).optional(),
        // Takes away a provisioning template, which no CA of this stand-in has.
        removeAutoRegistration: z.boolean().optional(),
        registrationConfig: unsupported("Just-in-time provisioning (registrationConfig)"),
      }),
      handle: (input) => {
        const ca = existing.caCertificate(input.certificateId);
        const status = input.newStatus ?? ca.status;
        const autoRegistrationStatus = input.newAutoRegistrationStatus ?? ca.autoRegistrationStatus;
        if (status === ca.status && autoRegistrationStatus === ca.autoRegistrationStatus) return;
        tables.caCertificates.update({
          ...ca,
          status,
          autoRegistrationStatus,
          lastModifiedDate: now(),
          customerVersion: ca.customerVersion + 1,
        });
      },
    }),
    createRoute({
      operation: "DeleteCACertificate",
      method: "DELETE",
      path: "/cacertificate/{certificateId}",
      input: z.object({ certificateId }),
      handle: (input) => {
        const ca = existing.caCertificate(input.certificateId);
        if (ca.status === "ACTIVE") {
          throw new AwsError(
            "CertificateStateException",
            "The CA certificate is ACTIVE; set it INACTIVE before deleting it",
          );
        }
        tables.caCertificates.remove(ca.certificateId);
        writeTags(tables.settings, ca.certificateId, []);
        return {};
      },
    }),
  ];
}
