import type { Match } from "./match.ts";
import { matchesWildcard, type PatternToken, toPattern } from "./match-wildcard.ts";

/**
 * Values by name, as `iot:ClientId`; a list for a key that may have several. A name whose value is
 * undefined is known but has no value in this request; a name that is missing is one the stand-in
 * does not support.
 */
export type PolicyVariables = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Variables by the name that `toVariableName` gives them. */
export type VariableLookup = ReadonlyMap<string, string | readonly string[] | undefined>;

/**
 * AWS's own examples write both `iot:ClientId` and `iot:clientId`. In brackets is the name of a
 * thing's attribute, and these differ by case.
 */
export function toVariableName(name: string): string {
  const bracket = name.indexOf("[");
  if (bracket < 0) return name.toLowerCase();
  return name.slice(0, bracket).toLowerCase() + name.slice(bracket);
}

export function toVariableLookup(variables: PolicyVariables): VariableLookup {
  return new Map(
    Object.entries(variables).map(([name, value]) => [
      toVariableName(name),
      typeof value === "string" && special.test(value) ? undefined : value,
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

/** A text with `${…}` variables, taken apart. */
export type Template = readonly TemplatePart[];

type TemplatePart = TextPart | { readonly variable: string };

interface TextPart {
  readonly text: string;
  readonly pattern: readonly PatternToken[];
}

export function parseTemplate(template: string): Template {
  return template
    .split(/\$\{([^}]*)\}/)
    .map((part, index) =>
      index % 2 === 1
        ? { variable: toVariableName(part) }
        : { text: part, pattern: toPattern(part) },
    );
}

/** The template as it was written, names of variables apart. */
export function toTemplateText(template: Template): string {
  return template.map((part) => ("text" in part ? part.text : `\${${part.variable}}`)).join("");
}

export interface TemplateMatchOptions {
  /** Whether `*` and `?` of the template are wildcards. Those of a value never are. */
  readonly wildcards: boolean;
  readonly ignoreCase?: boolean;
  /** Whether each of the six parts of an ARN is matched by itself. */
  readonly isArn?: boolean;
  /** The answer when a variable of the template has no value. */
  readonly whenAbsent: Match;
}

/** Tells whether a template covers the whole of a text. */
export function matchesTemplate(
  template: Template,
  text: string,
  variables: VariableLookup,
  options: TemplateMatchOptions,
): Match {
  const pattern = fillTemplate(template, variables, options);
  if (typeof pattern === "string") return pattern;
  const folded = options.ignoreCase === true ? text.toLowerCase() : text;
  const isCovered = options.isArn === true ? coversArn : matchesWildcard;
  return isCovered(pattern, folded) ? "yes" : "no";
}

function fillTemplate(
  template: Template,
  variables: VariableLookup,
  { wildcards, ignoreCase = false, whenAbsent }: TemplateMatchOptions,
): readonly PatternToken[] | Match {
  const fold = (value: string) => (ignoreCase ? value.toLowerCase() : value);
  const [first] = template;
  // The usual case needs nothing put together.
  if (template.length === 1 && first && "pattern" in first && wildcards && !ignoreCase) {
    return first.pattern;
  }
  const pattern: PatternToken[] = [];
  let isAbsent = false;
  for (const part of template) {
    if ("pattern" in part) {
      const text = fold(part.text);
      pattern.push(...(wildcards ? toPattern(text) : Array.from(text)));
      continue;
    }
    const value = variables.get(part.variable);
    // A list cannot stand in the middle of a text.
    if (typeof value === "object" || !variables.has(part.variable)) return "unknown";
    if (value === undefined) isAbsent = true;
    else pattern.push(...Array.from(fold(value)));
  }
  return isAbsent ? whenAbsent : pattern;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN */
function coversArn(pattern: readonly PatternToken[], arn: string): boolean {
  const parts = splitArn(Array.from(arn));
  const patterns = splitArn(pattern);
  return (
    parts.length === patterns.length &&
    patterns.every((each, index) => matchesWildcard(each, (parts[index] ?? []).join("")))
  );
}

/** Colons after the fifth belong to the resource. */
function splitArn<Token extends PatternToken>(tokens: readonly Token[]): readonly Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token === ":" && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
