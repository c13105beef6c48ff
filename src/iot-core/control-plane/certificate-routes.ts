import type { X509Certificate } from "node:crypto";
import * as z from "zod";
import type { CaCertificate, CertificateStatus, DeviceCertificate } from "../model.ts";
import { certificateIdOf } from "../registry/certificate-id.ts";
import type { Page } from "../registry/page.ts";
import { AwsError } from "./aws-error.ts";
import { toCertificateDescription } from "./certificate-description.ts";
import { parseCertificate, requireAcceptable } from "./certificate-input.ts";
import { findIssuer } from "./find-issuer.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { certificateId, certificatePage, certificatePageFrom, flag, pem } from "./shapes.ts";
import { checkRegistrationStatus, checkTransition, requestedStatuses } from "./status-rules.ts";

const requestedStatus = z.enum(requestedStatuses);

/** Operations on device certificates. */
export function createCertificateRoutes(context: OperationContext): readonly Route[] {
  const { tables, existing, arns, now } = context;

  const register = (
    x509: X509Certificate,
    status: CertificateStatus,
    issuer: CaCertificate | undefined,
  ) => {
    requireAcceptable(x509, now());
    const id = certificateIdOf(x509);
    const resource = { certificateArn: arns.of("cert", id), certificateId: id };
    if (tables.certificates.find(id) !== undefined) {
      throw new AwsError(
        "ResourceAlreadyExistsException",
        "The certificate is already registered",
        { resourceId: id, resourceArn: resource.certificateArn },
      );
    }
    const at = now();
    tables.certificates.add({
      certificateId: id,
      certificatePem: x509.toString(),
      ...(issuer && { caCertificateId: issuer.certificateId }),
      status,
      // A certificate has the mode of its CA; one registered without a CA is SNI_ONLY.
      certificateMode: issuer?.certificateMode ?? "SNI_ONLY",
      creationDate: at,
      lastModifiedDate: at,
      customerVersion: 1,
    });
    return resource;
  };

  const toList = (page: Page<DeviceCertificate>) => ({
    certificates: page.rows.map((certificate) => ({
      certificateArn: arns.of("cert", certificate.certificateId),
      certificateId: certificate.certificateId,
      status: certificate.status,
      certificateMode: certificate.certificateMode,
      creationDate: toEpochSeconds(certificate.creationDate),
    })),
    nextMarker: page.next,
  });

  return [
    createRoute({
      operation: "RegisterCertificate",
      method: "POST",
      path: "/certificate/register",
      from: { setAsActive: "query" },
      input: z.object({
        certificatePem: pem,
        caCertificatePem: pem.optional(),
        status: requestedStatus.optional(),
        setAsActive: flag.default(false),
      }),
      handle: (input) => {
        const status = checkRegistrationStatus(
          input.status ?? (input.setAsActive ? "ACTIVE" : "INACTIVE"),
        );
        const x509 = parseCertificate(input.certificatePem, "certificatePem");
        const issuer = findIssuer(x509, tables.caCertificates.all(), input.caCertificatePem);
        return register(x509, status, issuer);
      },
    }),
    createRoute({
      operation: "RegisterCertificateWithoutCA",
      method: "POST",
      path: "/certificate/register-no-ca",
      input: z.object({ certificatePem: pem, status: requestedStatus.default("INACTIVE") }),
      handle: (input) => {
        const status = checkRegistrationStatus(input.status);
        return register(
          parseCertificate(input.certificatePem, "certificatePem"),
          status,
          undefined,
        );
      },
    }),
    createRoute({
      operation: "DescribeCertificate",
      method: "GET",
      path: "/certificates/{certificateId}",
      input: z.object({ certificateId }),
      handle: (input) =>
        toCertificateDescription(context, "cert", existing.certificate(input.certificateId)),
    }),
    createRoute({
      operation: "UpdateCertificate",
      method: "PUT",
      path: "/certificates/{certificateId}",
      from: { newStatus: "query" },
      input: z.object({ certificateId, newStatus: requestedStatus }),
      note: "PENDING_ACTIVATION and PENDING_TRANSFER are refused; REVOKED is final.",
      handle: (input) => {
        const certificate = existing.certificate(input.certificateId);
        const status = checkTransition(certificate.status, input.newStatus);
        if (status === certificate.status) return;
        tables.certificates.setStatus(certificate.certificateId, status, now());
      },
    }),
    createRoute({
      operation: "DeleteCertificate",
      method: "DELETE",
      path: "/certificates/{certificateId}",
      from: { forceDelete: "query" },
      input: z.object({ certificateId, forceDelete: flag.default(false) }),
      handle: (input) => {
        const certificate = existing.certificate(input.certificateId);
        deleteCertificate(context, certificate, input.forceDelete);
      },
    }),
    createRoute({
      operation: "ListCertificates",
      method: "GET",
      path: "/certificates",
      from: certificatePageFrom,
      input: z.object(certificatePage),
      handle: ({ pageSize, marker, isAscendingOrder }) =>
        toList(
          tables.certificates.list({ after: marker, limit: pageSize, ascending: isAscendingOrder }),
        ),
    }),
    createRoute({
      operation: "ListCertificatesByCA",
      method: "GET",
      path: "/certificates-by-ca/{caCertificateId}",
      from: certificatePageFrom,
      input: z.object({ caCertificateId: certificateId, ...certificatePage }),
      handle: ({ caCertificateId, pageSize, marker, isAscendingOrder }) =>
        toList(
          tables.certificates.listByCa(caCertificateId, {
            after: marker,
            limit: pageSize,
            ascending: isAscendingOrder,
          }),
        ),
    }),
  ];
}

/** Forcing takes off the policies; neither a thing nor the status ACTIVE gives way to it. */
function deleteCertificate(
  { tables }: OperationContext,
  { certificateId: id, status }: DeviceCertificate,
  force: boolean,
): void {
  if (status === "ACTIVE") {
    throw new AwsError(
      "CertificateStateException",
      "The certificate is ACTIVE; set it INACTIVE before deleting it",
    );
  }
  if (tables.thingPrincipals.ofCertificate(id).length > 0) {
    throw new AwsError("DeleteConflictException", "Things must be detached before deletion");
  }
  const policies = tables.policyTargets.policiesOf(`cert/${id}`);
  if (policies.length > 0 && !force) {
    throw new AwsError("DeleteConflictException", "Policies must be detached before deletion");
  }
  for (const policy of policies) tables.policyTargets.detach(policy, `cert/${id}`);
  tables.certificates.remove(id);
}
