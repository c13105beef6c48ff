import * as z from "zod";
import type { CertificateRecord } from "../../onboarding/certificate-state.ts";
import { MusterError } from "../../rules/errors.ts";
import type { Caller } from "../caller.ts";
import { type ApiRoute, defineRoute } from "../route.ts";
import type { RouteId } from "../route-roles.ts";
import {
  actSchema,
  certificateListSchema,
  certificateSchema,
  deviceSchema,
  explanationSchema,
  thingName as thingNameSchema,
} from "../schemas/certificate.ts";
import { certificateId as certificateIdSchema, pageOf, reasonSchema } from "../schemas/common.ts";
import type { ApiServices, ApiUseCases } from "../use-cases.ts";
import {
  certificateUnknown,
  toCertificateView,
  toExplanation,
  toVisible,
} from "./certificate-views.ts";

const tag = "Certificates";
const params = z.object({ certificateId: certificateIdSchema });
const maxListed = 1000;

export function certificateRoutes(services: ApiServices): readonly ApiRoute[] {
  return [...readRoutes(services), ...actRoutes(services)];
}

function readRoutes({ as }: ApiServices): readonly ApiRoute[] {
  const read = async (certificateId: string, caller: Caller, signal: AbortSignal) => {
    const record = await as(caller.actor).readRecord(certificateId, signal);
    const visible = toVisible(record, caller);
    if (visible) return visible;
    throw certificateUnknown(certificateId);
  };
  return [
    defineRoute({
      id: "listCertificates",
      method: "GET",
      path: "/v1/certificates",
      tag,
      summary: "List certificates that are out for now or under way, the longest out first",
      query: z.object({ limit: pageOf(maxListed).limit }),
      answers: { 200: { description: "Certificates.", body: certificateListSchema } },
      handle: async ({ query: { limit }, caller, signal }) => {
        const { certificates, more } = await as(caller.actor).listOut(limit, signal);
        const views = certificates.map(({ certificateId, state }) => ({
          certificateId,
          status: state.status,
          codes: state.findings.map(({ code }) => code),
          thingName: state.thingName ?? null,
          since: state.since,
        }));
        return { status: 200, body: { certificates: views, more } };
      },
    }),
    defineRoute({
      id: "readCertificate",
      method: "GET",
      path: "/v1/certificates/{certificateId}",
      tag,
      summary: "Show where a certificate stands and who said that it made it",
      params,
      answers: { 200: { description: "The certificate.", body: certificateSchema } },
      problems: ["CERTIFICATE_UNKNOWN"],
      handle: async ({ params: { certificateId }, caller, signal }) => ({
        status: 200,
        body: toCertificateView(await read(certificateId, caller, signal)),
      }),
    }),
    defineRoute({
      id: "explainCertificate",
      method: "GET",
      path: "/v1/certificates/{certificateId}/explanation",
      tag,
      summary: "Explain why a device is out, and what helps",
      params,
      answers: { 200: { description: "Every reason that applies.", body: explanationSchema } },
      problems: ["CERTIFICATE_UNKNOWN"],
      handle: async ({ params: { certificateId }, caller, signal }) => ({
        status: 200,
        body: toExplanation(await read(certificateId, caller, signal)),
      }),
    }),
    defineRoute({
      id: "readDevice",
      method: "GET",
      path: "/v1/devices/{thingName}",
      tag: "Devices",
      summary: "Show the device of a thing name, by its certificate",
      params: z.object({ thingName: thingNameSchema }),
      answers: { 200: { description: "The device.", body: deviceSchema } },
      problems: ["DEVICE_UNKNOWN"],
      handle: async ({ params: { thingName }, caller, signal }) => {
        const { readThingOwner, readRecord } = as(caller.actor);
        const owner = await readThingOwner(thingName);
        const record = owner === undefined ? undefined : await readRecord(owner, signal);
        const visible = record && toVisible(record, caller);
        // The name may be another tenant's by now: then the entry of old does not lead to it.
        if (!visible || !isNamed(visible, thingName, caller)) {
          throw new MusterError(
            "DEVICE_UNKNOWN",
            `No certificate has the thing name ${thingName}.`,
          );
        }
        return { status: 200, body: { thingName, certificate: toCertificateView(visible) } };
      },
    }),
  ];
}

function isNamed({ state }: CertificateRecord, thingName: string, { role }: Caller): boolean {
  return role !== "manufacturer" || state?.thingName === thingName;
}

const acts = [
  {
    id: "holdCertificate",
    act: "hold",
    summary: "Keep a certificate out until it is released; a device that is in is put out",
  },
  {
    id: "releaseCertificate",
    act: "release",
    summary: "Take back holds and revocations, and decide again",
  },
  {
    id: "revokeCertificate",
    act: "revoke",
    summary: "Say that a certificate is not to be let in, or not any more",
  },
  {
    id: "releaseCertificateClaim",
    act: "release-claim",
    summary:
      "Settle a dispute: take back who made a certificate, so that whoever pushes it next is the first",
  },
] as const satisfies readonly { readonly id: RouteId; act: string; summary: string }[];

function actRoutes({ as }: ApiServices): readonly ApiRoute[] {
  return acts.map(({ id, act, summary }) =>
    defineRoute({
      id,
      method: "POST",
      path: `/v1/certificates/{certificateId}/${act}`,
      tag,
      summary,
      params,
      body: reasonSchema,
      answers: { 200: { description: "Where it stands now.", body: actSchema } },
      problems: ["CERTIFICATE_UNKNOWN", "STATE_CHANGED", "DEADLINE_EXCEEDED"],
      handle: async ({ params: { certificateId }, body, caller, signal }) => ({
        status: 200,
        body: await carryOut(as(caller.actor), {
          certificateId,
          act,
          reason: body.reason,
          signal,
        }),
      }),
    }),
  );
}

async function carryOut(
  { readRecord, changeStanding }: ApiUseCases,
  request: Parameters<ApiUseCases["changeStanding"]>[0],
) {
  const { certificateId, act, signal } = request;
  const before = await readRecord(certificateId, signal);
  const { hold, revocations, entries, state } = before;
  // What has yet to arrive may be held or revoked; taken back is only what was said.
  const isTakenBack = act === "release" || act === "release-claim";
  if (isTakenBack && !hold && !state && entries.length + revocations.length === 0) {
    throw certificateUnknown(certificateId);
  }
  const standing = await changeStanding(request);
  const after = standing ? undefined : await readRecord(certificateId, signal);
  return {
    certificateId,
    changed: toChanged(act, before),
    inFlight: after?.state !== undefined,
    standing: standing
      ? {
          status: standing.status,
          codes: standing.findings.map(({ code }) => code),
          ...(standing.thingName !== undefined && { thingName: standing.thingName }),
        }
      : null,
  };
}

function toChanged(act: string, { hold, revocations, entries }: CertificateRecord): boolean {
  if (act === "release-claim") return entries.length > 0;
  return act !== "release" || hold !== undefined || revocations.length > 0;
}
