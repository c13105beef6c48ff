import { X509Certificate } from "node:crypto";
import { toGenerationId } from "./generation-id.ts";
import { type OperationContext, toEpochSeconds } from "./operation-context.ts";

interface Described {
  readonly certificateId: string;
  readonly certificatePem: string;
  readonly creationDate: Date;
  readonly lastModifiedDate: Date;
}

/** What describing a certificate of either kind answers: the row, its ARN, owner and validity. */
export function toCertificateDescription(
  { arns, identity }: Pick<OperationContext, "arns" | "identity">,
  kind: "cacert" | "cert",
  row: Described,
) {
  const { validFromDate, validToDate } = new X509Certificate(row.certificatePem);
  return {
    certificateDescription: {
      ...row,
      certificateArn: arns.of(kind, row.certificateId),
      ownedBy: identity.accountId,
      creationDate: toEpochSeconds(row.creationDate),
      lastModifiedDate: toEpochSeconds(row.lastModifiedDate),
      generationId: toGenerationId(row.certificateId, row.creationDate),
      validity: {
        notBefore: toEpochSeconds(validFromDate),
        notAfter: toEpochSeconds(validToDate),
      },
    },
  };
}
