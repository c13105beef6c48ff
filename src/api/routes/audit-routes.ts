import * as z from "zod";
import { toSubject } from "../../rules/audit/subject.ts";
import { MusterError } from "../../rules/errors.ts";
import { cursorInvalid, openCursor, sealCursor } from "../page-cursor.ts";
import { type ApiRoute, defineRoute } from "../route.ts";
import { pageOf } from "../schemas/common.ts";
import { auditKinds, auditListSchema, auditParams, verdictSchema } from "../schemas/operator.ts";
import type { ApiServices } from "../use-cases.ts";

export function auditRoutes({ as }: ApiServices): readonly ApiRoute[] {
  const tag = "Audit";
  return [
    defineRoute({
      id: "readAudit",
      method: "GET",
      path: "/v1/audit/{kind}/{id}",
      tag,
      summary: "Read the audit records of one subject, the oldest first",
      params: auditParams,
      query: z.object(pageOf(100)),
      answers: { 200: { description: "A page of records.", body: auditListSchema } },
      problems: ["SUBJECT_UNKNOWN"],
      handle: async ({ params: { kind, id }, query: { limit, cursor }, caller }) => {
        const subject = toSubject(auditKinds[kind], id);
        const query = ["readAudit", subject];
        const after = readSequence(openCursor(cursor, query));
        const { records } = await as(caller.actor).readChain(subject);
        if (records.length === 0) throw subjectUnknown(subject);
        const rest = records.filter(({ sequence }) => sequence > after);
        const page = rest.slice(0, limit);
        const last = page.at(-1);
        const more = last !== undefined && rest.length > page.length;
        return {
          status: 200,
          body: {
            subject,
            records: page,
            ...(more && { cursor: sealCursor(String(last.sequence), query) }),
          },
        };
      },
    }),
    defineRoute({
      id: "verifyAudit",
      method: "GET",
      path: "/v1/audit/{kind}/{id}/verification",
      tag,
      summary: "Check that no record of a subject was altered, removed or cut off",
      params: auditParams,
      answers: { 200: { description: "Whether the chain is whole.", body: verdictSchema } },
      problems: ["SUBJECT_UNKNOWN"],
      handle: async ({ params: { kind, id }, caller }) => {
        const subject = toSubject(auditKinds[kind], id);
        const { records, broken } = await as(caller.actor).verifyAudit(subject);
        if (records === 0 && broken.length === 0) throw subjectUnknown(subject);
        const breaks = broken.flatMap((chain) => chain.breaks);
        return { status: 200, body: { subject, whole: breaks.length === 0, records, breaks } };
      },
    }),
  ];
}

function readSequence(position = "0"): number {
  if (/^\d{1,10}$/.test(position)) return Number(position);
  throw cursorInvalid();
}

function subjectUnknown(subject: string): MusterError {
  return new MusterError("SUBJECT_UNKNOWN", `There is no audit record of ${subject}.`);
}
