import * as z from "zod";
import type { Subject } from "../../access/subjects.ts";
import { MusterError } from "../../rules/errors.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";
import { readPrecondition, toEntityTag } from "../entity-tag.ts";
import { cutPage } from "../page-cursor.ts";
import { requestInvalid } from "../problems/to-problem.ts";
import { type ApiRoute, defineRoute, type RouteAnswer } from "../route.ts";
import { pageOf, preconditionHeaders, profileName } from "../schemas/common.ts";
import { applyProfileSchema, profileListSchema, profileSchema } from "../schemas/operator.ts";
import type { ApiServices } from "../use-cases.ts";

const params = z.object({ profile: profileName });
const tagged = {
  description: "The profile as it stands.",
  body: profileSchema,
  headers: { etag: "For `if-match`." },
};

export function profileRoutes({ as }: ApiServices): readonly ApiRoute[] {
  const tag = "Profiles";
  return [
    defineRoute({
      id: "listProfiles",
      method: "GET",
      path: "/v1/profiles",
      tag,
      summary: "List profiles by name",
      query: z.object(pageOf(100)),
      answers: { 200: { description: "A page of profiles.", body: profileListSchema } },
      handle: async ({ query: { limit, cursor }, caller }) => {
        const all = await as(caller.actor).listProfiles();
        const query = ["listProfiles", caller.actor];
        const page = cutPage(all, ({ name }) => name, { limit, cursor, query });
        const more = page.cursor === undefined ? {} : { cursor: page.cursor };
        return { status: 200, body: { profiles: page.items, ...more } };
      },
    }),
    defineRoute({
      id: "readProfile",
      method: "GET",
      path: "/v1/profiles/{profile}",
      tag,
      summary: "Show a profile",
      params,
      answers: { 200: tagged },
      problems: ["PROFILE_UNKNOWN"],
      handle: async ({ params: { profile }, caller }) =>
        toAnswer(profile, await as(caller.actor).readProfile(profile)),
    }),
    defineRoute({
      id: "applyProfile",
      method: "PUT",
      path: "/v1/profiles/{profile}",
      tag,
      summary: "Make a profile the one that new first connects are judged by",
      params,
      headers: preconditionHeaders,
      body: applyProfileSchema,
      answers: { 200: tagged },
      problems: [
        "PROFILE_INVALID",
        "POLICY_TOO_LARGE",
        "PRECONDITION_MISSING",
        "PRECONDITION_FAILED",
        "STATE_CHANGED",
      ],
      handle: async ({ params: { profile }, headers, body, caller }) => {
        if (body.name !== profile) {
          const detail = `It has to be "${profile}", as in the path.`;
          throw requestInvalid([{ detail, pointer: "#/name" }]);
        }
        const precondition = readPrecondition(headers);
        // JSON is YAML.
        await as(caller.actor, precondition).applyProfile(JSON.stringify(body));
        return toAnswer(profile, await as(caller.actor).readProfile(profile));
      },
    }),
  ];
}

function toAnswer(name: string, { value, revision }: Subject<AppliedProfile>): RouteAnswer {
  if (value) return { status: 200, body: value, headers: { etag: toEntityTag(revision) } };
  throw new MusterError("PROFILE_UNKNOWN", `There is no profile "${name}".`);
}
