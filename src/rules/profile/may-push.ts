import type { Profile } from "./profile.ts";

/** Whether a manufacturer's devices are let in under a profile: everybody's, unless it lists some. */
export function mayPush({ manufacturers }: Pick<Profile, "manufacturers">, id: string): boolean {
  return manufacturers === undefined || manufacturers.includes(id);
}
