import type { Finding } from "../decision/reason-codes.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import { matchesPattern } from "./matches-pattern.ts";

const maxQuotedCharacters = 160;

/**
 * Checks subject attributes against patterns of `matchesPattern`, by attribute name.
 *
 * An attribute that is missing mismatches; of one with several values each has to match.
 */
export function checkSubject(
  { subjectAttributes }: Pick<CertificateFacts, "subjectAttributes">,
  patterns: Readonly<Record<string, string>>,
): readonly Finding[] {
  return Object.entries(patterns).flatMap(([name, pattern]): readonly Finding[] => {
    const values = Object.hasOwn(subjectAttributes, name) ? (subjectAttributes[name] ?? []) : [];
    if (values.length === 0) return [mismatch(`The subject has no ${name}`, pattern)];
    return values
      .filter((value) => !matchesPattern(pattern, value))
      .map((value) => mismatch(`${name} is ${quote(value)}`, pattern));
  });
}

function mismatch(found: string, pattern: string): Finding {
  return {
    code: "SUBJECT_MISMATCH",
    detail: `${found}; the profile asks for ${quote(pattern)}.`,
  };
}

function quote(text: string): string {
  return text.length > maxQuotedCharacters
    ? `${JSON.stringify(text.slice(0, maxQuotedCharacters))}…`
    : JSON.stringify(text);
}
