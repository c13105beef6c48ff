import type { Match } from "./match.ts";
import { matchesWildcard, type PatternToken, toPattern } from "./match-wildcard.ts";

/**
 * Values by name, as `iot:ClientId`. A name whose value is undefined is known but has no value in
 * this request; a name that is missing is one the stand-in does not support.
 */
export type PolicyVariables = Readonly<Record<string, string | undefined>>;

/** Variables by lower-case name: AWS's own examples write both `iot:ClientId` and `iot:clientId`. */
export type VariableLookup = ReadonlyMap<string, string | undefined>;

export function toVariableLookup(variables: PolicyVariables): VariableLookup {
  return new Map(
    Object.entries(variables).map(([name, value]) => [
      name.toLowerCase(),
      value !== undefined && special.test(value) ? undefined : value,
    ]),
  );
}

/**
 * A client may choose the id `+`, and a topic filter with it would reach every device's topics. AWS
 * says that it replaces no certificate variable with such characters; here that goes for all.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html
 */
const special = /[*$+?#]/;

interface TemplateMatchOptions {
  /** Whether `*` and `?` of the template are wildcards. Those of a value never are. */
  readonly wildcards: boolean;
  readonly ignoreCase?: boolean;
  /** The answer when a variable of the template has no value. */
  readonly whenAbsent: Match;
}

/** Tells whether a template with `${…}` variables covers the whole of a text. */
export function matchesTemplate(
  template: string,
  text: string,
  variables: VariableLookup,
  { wildcards, ignoreCase = false, whenAbsent }: TemplateMatchOptions,
): Match {
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
  const pattern: PatternToken[] = [];
  let isAbsent = false;
  for (const [index, part] of template.split(/\$\{([^}]*)\}/).entries()) {
    const isVariable = index % 2 === 1;
    const name = part.toLowerCase();
    if (isVariable && !variables.has(name)) return "unknown";
    const value = isVariable ? variables.get(name) : part;
    if (value === undefined) isAbsent = true;
    else if (wildcards && !isVariable) pattern.push(...toPattern(fold(value)));
    else pattern.push(...Array.from(fold(value)));
  }
  if (isAbsent) return whenAbsent;
  return matchesWildcard(pattern, fold(text)) ? "yes" : "no";
}
