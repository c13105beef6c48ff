import { MusterError } from "../../rules/errors.ts";
import type { Caller } from "../caller.ts";

/** The same of what does not exist and of what is somebody else's. */
export function manufacturerUnknown(id: string): MusterError {
  return new MusterError("MANUFACTURER_UNKNOWN", `There is no manufacturer "${id}".`);
}

/** @throws MusterError MANUFACTURER_UNKNOWN when a manufacturer asks for another. */
export function checkOwn(caller: Caller, id: string | undefined): void {
  if (caller.role === "manufacturer" && id !== undefined && caller.manufacturer !== id)
    throw manufacturerUnknown(id);
}
