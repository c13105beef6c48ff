import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import { MusterError } from "../../rules/errors.ts";
import { type AwsScope, toPolicyDocument } from "../../rules/profile/policy-document.ts";
import { type AppliedProfile, type Profile, parseProfile } from "../../rules/profile/profile.ts";
import { type ReadSubject, updateSubject, type WriteSubject } from "../subjects.ts";

export interface ApplyProfileDeps {
  readonly read: ReadSubject<AppliedProfile>;
  readonly write: WriteSubject<AppliedProfile>;
  /** Each makes the thing unless it is there already. */
  readonly ensureThingType: (name: string) => Promise<void>;
  readonly ensureThingGroup: (name: string) => Promise<void>;
  readonly ensurePolicy: (name: string, document: string) => Promise<void>;
  /** Attaches a policy to a group, then takes off what `isFormer` names: AWS IoT takes two of them. */
  readonly replaceGroupPolicy: (
    policyName: string,
    groupName: string,
    isFormer: (policyName: string) => boolean,
  ) => Promise<void>;
  readonly scope: () => Promise<AwsScope>;
  readonly stage: string;
  readonly now: () => Date;
  readonly actor: string;
}

/**
 * Makes a profile the one that new first connects are judged by.
 *
 * Its policy, groups and type are made in AWS IoT first, under names that a changed profile does not
 * share, so that devices admitted under an earlier version keep what they have. Not so a policy of a
 * group: the new one replaces the old for all its members. Applying the same profile again makes no
 * new version, and makes good what is missing in AWS IoT.
 *
 * @throws MusterError PROFILE_INVALID, POLICY_TOO_LARGE, STATE_CHANGED
 */
export type ApplyProfile = (yaml: string) => Promise<AppliedProfile>;

const maxProfileFileLength = 100_000;
const maxAliasCount = 10;

/** Builds the use case. */
export function createApplyProfile(deps: ApplyProfileDeps): ApplyProfile {
  return async (yaml) => {
    const profile = parseProfile(readYaml(yaml));
    const document = toPolicyDocument(profile, await deps.scope());
    const digest = createHash("sha256").update(document).digest("hex").slice(0, 8);
    return updateSubject(profile.name, deps.read, deps.write, async (current) => {
      const same = current !== undefined && isSame(current, profile);
      const version = same ? current.version : (current?.version ?? 0) + 1;
      const policyName = same
        ? current.policyName
        : `muster-${deps.stage}-${profile.name}-v${version}-${digest}`;
      await makeInIot(deps, profile, policyName, document);
      const value = { ...profile, version, policyName };
      if (same) return { value };
      const at = deps.now().toISOString();
      const evidence = { version, policyName, thingName: profile.thing.name };
      return { value, audit: { action: "applied", actor: deps.actor, at, evidence } };
    });
  };
}

async function makeInIot(
  deps: ApplyProfileDeps,
  { thing, policy }: Profile,
  policyName: string,
  document: string,
): Promise<void> {
  if (thing.type !== undefined) await deps.ensureThingType(thing.type);
  for (const group of thing.groups) await deps.ensureThingGroup(group);
  await deps.ensurePolicy(policyName, document);
  if (policy.attachTo !== "certificate") {
    const family = policyName.replace(/\d+-[0-9a-f]{8}$/, "");
    await deps.replaceGroupPolicy(policyName, policy.attachTo.group, (name) => {
      const version = name.startsWith(family) ? name.slice(family.length) : "";
      return name !== policyName && /^\d+-[0-9a-f]{8}$/.test(version);
    });
  }
}

function isSame(current: AppliedProfile, profile: Profile): boolean {
  const { version, policyName } = current;
  return isDeepStrictEqual(toJson(current), toJson({ ...profile, version, policyName }));
}

/** As the database gives it back. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Warnings count as errors: what the library would mend or pass over is not what was written. */
function readYaml(text: string): unknown {
  if (text.length > maxProfileFileLength) {
    throw new MusterError(
      "PROFILE_INVALID",
      `A profile has at most ${maxProfileFileLength} characters.`,
    );
  }
  const document = parseDocument(text);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem?.code === "MULTIPLE_DOCS") {
    throw new MusterError("PROFILE_INVALID", "Put each profile into a file of its own.");
  }
  if (problem) throw notYaml(problem);
  try {
    return document.toJS({ maxAliasCount });
  } catch (error) {
    throw notYaml(error); // An alias of nothing, or more of them than anyone needs.
  }
}

/** The library's first line says what and where; what follows is the text around it. */
function notYaml(cause: unknown): MusterError {
  const [what = ""] = cause instanceof Error ? cause.message.split(/:?\n/, 1) : [];
  return new MusterError("PROFILE_INVALID", `The profile cannot be read as YAML: ${what}.`, {
    cause,
  });
}
