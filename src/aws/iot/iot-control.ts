import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CertificateStateException,
  CertificateValidationException,
  CreateThingCommand,
  DescribeCertificateCommand,
  DescribeThingCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  type IoTClient,
  LimitExceededException,
  RegisterCertificateWithoutCACommand,
  RemoveThingFromThingGroupCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  UpdateCertificateCommand,
  UpdateThingCommand,
} from "@aws-sdk/client-iot";
import { toPem } from "../../formats/certificates/to-pem.ts";
import type { IotCertificate, IotControl, NewThing } from "../../onboarding/iot-control.ts";
import { pemToDer } from "./pem-to-der.ts";

const knownStatuses = ["ACTIVE", "INACTIVE", "REVOKED", "PENDING_ACTIVATION"] as const;

/** Builds onboarding's calls to AWS IoT. Only failures that callers act on are translated. */
export function createIotControl(client: IoTClient): IotControl {
  return {
    describeCertificate: (certificateId, abortSignal) =>
      unlessMissing(async () => {
        const { certificateDescription } = await client.send(
          new DescribeCertificateCommand({ certificateId }),
          { abortSignal },
        );
        return toIotCertificate(certificateDescription ?? {});
      }),
    registerCertificate: async (certificate, abortSignal) => {
      try {
        const { certificateArn } = await client.send(
          new RegisterCertificateWithoutCACommand({
            certificatePem: toPem(certificate),
            status: "INACTIVE",
          }),
          { abortSignal },
        );
        // Without it nothing can be attached: DescribeCertificate tells.
        return certificateArn === undefined ? "there" : { certificateArn };
      } catch (error) {
        if (error instanceof ResourceAlreadyExistsException) return "there";
        if (error instanceof CertificateValidationException) return "refused";
        throw error;
      }
    },
    createThing: async (thing, abortSignal) => {
      try {
        await client.send(new CreateThingCommand(toThingInput(thing)), { abortSignal });
        return "done";
      } catch (error) {
        if (error instanceof ResourceAlreadyExistsException) return "conflict";
        if (error instanceof ResourceNotFoundException) return "missing";
        throw error;
      }
    },
    describeThing: (thingName, abortSignal) =>
      unlessMissing(async () => {
        const { attributes } = await client.send(new DescribeThingCommand({ thingName }), {
          abortSignal,
        });
        return attributes ?? {};
      }),
    updateThing: (thing, abortSignal) =>
      doneOrMissing(client.send(new UpdateThingCommand(toThingInput(thing)), { abortSignal })),
    attachThingPrincipal: async (thingName, principal, abortSignal) => {
      await client.send(new AttachThingPrincipalCommand({ thingName, principal }), { abortSignal });
    },
    attachPolicy: async (policyName, target, abortSignal) => {
      try {
        return await doneOrMissing(
          client.send(new AttachPolicyCommand({ policyName, target }), { abortSignal }),
        );
      } catch (error) {
        if (error instanceof LimitExceededException) return "full";
        throw error;
      }
    },
    detachPolicy: async (policyName, target, abortSignal) => {
      await doneOrMissing(
        client.send(new DetachPolicyCommand({ policyName, target }), { abortSignal }),
      );
    },
    detachThingPrincipal: async (thingName, principal, abortSignal) => {
      await doneOrMissing(
        client.send(new DetachThingPrincipalCommand({ thingName, principal }), { abortSignal }),
      );
    },
    removeThingFromThingGroup: async (thingName, thingGroupName, abortSignal) => {
      await doneOrMissing(
        client.send(new RemoveThingFromThingGroupCommand({ thingName, thingGroupName }), {
          abortSignal,
        }),
      );
    },
    addThingToThingGroup: (thingName, thingGroupName, abortSignal) =>
      doneOrMissing(
        client.send(new AddThingToThingGroupCommand({ thingName, thingGroupName }), {
          abortSignal,
        }),
      ),
    updateCertificate: async (certificateId, newStatus, abortSignal) => {
      try {
        return await doneOrMissing(
          client.send(new UpdateCertificateCommand({ certificateId, newStatus }), { abortSignal }),
        );
      } catch (error) {
        if (error instanceof CertificateStateException) return "refused";
        throw error;
      }
    },
  };
}

/** @throws Error when AWS IoT's answer lacks what its model promises. */
function toIotCertificate({
  status,
  certificatePem,
  certificateArn,
  caCertificateId,
  creationDate,
  lastModifiedDate,
}: {
  readonly status?: string | undefined;
  readonly certificatePem?: string | undefined;
  readonly certificateArn?: string | undefined;
  readonly caCertificateId?: string | undefined;
  readonly creationDate?: Date | undefined;
  readonly lastModifiedDate?: Date | undefined;
}): IotCertificate {
  if (certificatePem === undefined || certificateArn === undefined) {
    throw new Error("DescribeCertificate answered without PEM or ARN");
  }
  return {
    status: knownStatuses.find((known) => known === status) ?? "OTHER",
    certificate: pemToDer(certificatePem),
    certificateArn,
    ...(caCertificateId !== undefined && { caCertificateId }),
    ...(creationDate && { createdAt: creationDate }),
    ...(lastModifiedDate && { lastModifiedAt: lastModifiedDate }),
  };
}

function toThingInput({ thingName, thingType, attributes }: NewThing) {
  return {
    thingName,
    attributePayload: { attributes: { ...attributes } },
    ...(thingType !== undefined && { thingTypeName: thingType }),
  };
}

async function unlessMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function doneOrMissing(call: Promise<unknown>): Promise<"done" | "missing"> {
  const answer = await unlessMissing(() => call);
  return answer === undefined ? "missing" : "done";
}
