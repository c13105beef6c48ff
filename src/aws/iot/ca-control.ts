import {
  CertificateValidationException,
  DescribeCACertificateCommand,
  GetRegistrationCodeCommand,
  InvalidRequestException,
  type IoTClient,
  ListTagsForResourceCommand,
  paginateListCACertificates,
  RegisterCACertificateCommand,
  RegistrationCodeValidationException,
  ResourceNotFoundException,
  TagResourceCommand,
  UpdateCACertificateCommand,
} from "@aws-sdk/client-iot";
import type { CaMode, RegisterCaDeps } from "../../access/certificate-authorities/register-ca.ts";
import { toPem } from "../../formats/certificates/to-pem.ts";
import { MusterError } from "../../rules/errors.ts";

/** A CA certificate in AWS IoT's own list. */
export interface ListedCa {
  readonly caCertificateId: string;
  readonly status: string;
}

/** Builds the calls on CA certificates. */
export function createCaControl(client: IoTClient): Pick<
  RegisterCaDeps,
  "describeCa" | "registerInIot" | "claimInIot" | "enableInIot"
> & {
  readonly readRegistrationCode: () => Promise<string>;
  readonly listInIot: () => Promise<readonly ListedCa[]>;
} {
  return {
    describeCa: async (certificateId) => {
      try {
        const { certificateDescription: ca, registrationConfig } = await client.send(
          new DescribeCACertificateCommand({ certificateId }),
        );
        const mode: CaMode = ca?.certificateMode === "SNI_ONLY" ? "SNI_ONLY" : "DEFAULT";
        return {
          stage: await readStage(client, ca?.certificateArn),
          active: ca?.status === "ACTIVE",
          autoRegistration: ca?.autoRegistrationStatus === "ENABLE",
          hasTemplate:
            registrationConfig?.templateBody !== undefined ||
            registrationConfig?.templateName !== undefined,
          mode,
        };
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    registerInIot: async ({ ca, mode, stage, verificationCertificate }) => {
      try {
        await client.send(
          new RegisterCACertificateCommand({
            caCertificate: toPem(ca),
            certificateMode: mode,
            setAsActive: false,
            allowAutoRegistration: false,
            tags: [{ Key: stageTag, Value: stage }],
            ...(verificationCertificate && {
              verificationCertificate: toPem(verificationCertificate),
            }),
          }),
        );
      } catch (error) {
        if (!isRefusal(error)) throw error;
        throw new MusterError("CA_INVALID", `AWS IoT refused the CA: ${error.message}`, {
          cause: error,
        });
      }
    },
    claimInIot: async (certificateId, stage) => {
      const { certificateDescription: ca } = await client.send(
        new DescribeCACertificateCommand({ certificateId }),
      );
      const tags = [{ Key: stageTag, Value: stage }];
      await client.send(new TagResourceCommand({ resourceArn: ca?.certificateArn, tags }));
    },
    enableInIot: async (certificateId) => {
      await client.send(
        new UpdateCACertificateCommand({
          certificateId,
          newStatus: "ACTIVE",
          newAutoRegistrationStatus: "ENABLE",
        }),
      );
    },
    readRegistrationCode: async () =>
      (await client.send(new GetRegistrationCodeCommand())).registrationCode ?? "",
    listInIot: async () => {
      const listed: ListedCa[] = [];
      for await (const { certificates = [] } of paginateListCACertificates({ client }, {})) {
        for (const { certificateId, status } of certificates) {
          if (certificateId) listed.push({ caCertificateId: certificateId, status: status ?? "" });
        }
      }
      return listed;
    },
  };
}

/** Of a CA certificate: the stage that it is of. */
const stageTag = "muster:stage";

async function readStage(
  client: IoTClient,
  resourceArn: string | undefined,
): Promise<string | undefined> {
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListTagsForResourceCommand({ resourceArn, nextToken }));
    const tag = page.tags?.find(({ Key }) => Key === stageTag);
    if (tag) return tag.Value;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}

function isRefusal(error: unknown): error is Error {
  return (
    error instanceof CertificateValidationException ||
    error instanceof RegistrationCodeValidationException ||
    error instanceof InvalidRequestException
  );
}
