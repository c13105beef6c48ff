import { MusterError } from "../rules/errors.ts";
import { mayPush } from "../rules/profile/may-push.ts";
import type { AppliedProfile } from "../rules/profile/profile.ts";

/** @throws MusterError PROFILE_NOT_ALLOWED */
export function checkMayPush(
  profile: Pick<AppliedProfile, "name" | "manufacturers">,
  manufacturer: string,
): void {
  if (mayPush(profile, manufacturer)) return;
  // Which manufacturers it is for is not this one's to know.
  throw new MusterError(
    "PROFILE_NOT_ALLOWED",
    `The profile "${profile.name}" is not for "${manufacturer}".`,
    { details: { field: "profile" } },
  );
}
