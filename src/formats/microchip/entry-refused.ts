import type { ManifestProblemCode } from "../manifest-problems.ts";

/** Why an entry is not taken; reading an entry ends at the first. */
export class EntryRefused extends Error {
  override readonly name = "EntryRefused";
  readonly code: ManifestProblemCode;
  readonly field: string | undefined;

  constructor(code: ManifestProblemCode, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
