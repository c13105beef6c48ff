import type { CertificateFacts } from "../certificate/certificate-facts.ts";
import type { LedgerEntry } from "../decision/ledger.ts";
import type { Finding } from "../decision/reason-codes.ts";

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html */
export const thingNamePattern = /^[a-zA-Z0-9:_-]{1,128}$/;
const maxThingNameLength = 128;

/** https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html */
export const attributeNamePattern = /^[a-zA-Z0-9_.,@/:#-]{1,128}$/;
export const attributeValuePattern = /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/;
export const attributeCharacters = "letters, digits and _ . , @ / : # = [ ] -";

const placeholder = /\$\{([^}]*)\}/g;
const deviceVariables = ["cn", "serial", "deviceId", "certificateId"];
const sharedVariables = ["manufacturer", "batch"];
const variableList = [...deviceVariables, ...sharedVariables, "attributes.<name>"]
  .map((variable) => `\${${variable}}`)
  .join(", ");

export interface TemplateValues {
  readonly certificate: CertificateFacts;
  readonly entry: LedgerEntry;
}

/** @returns what is wrong with a template, in a sentence; undefined when nothing is. */
export function templateProblem(template: string): string | undefined {
  for (const [, variable = ""] of template.matchAll(placeholder)) {
    if (!isVariable(variable)) {
      return `there is no variable \${${variable}}; use ${variableList}`;
    }
  }
  return template.replaceAll(placeholder, "").includes("${")
    ? "a variable is not closed with }"
    : undefined;
}

/** @returns what is wrong with a thing-name template; undefined when nothing is. */
export function thingNameTemplateProblem(template: string): string | undefined {
  const problem = templateProblem(template);
  if (problem !== undefined) return problem;
  const literal = template.replaceAll(placeholder, "");
  if (!/^[a-zA-Z0-9:_-]*$/.test(literal)) {
    return "outside of its variables a thing name may only have letters, digits and : _ -";
  }
  const variables = [...template.matchAll(placeholder)].map(([, variable = ""]) => variable);
  if (literal.length + variables.length > maxThingNameLength) {
    return `AWS IoT takes thing names of up to ${maxThingNameLength} characters; this is always longer`;
  }
  return variables.some((variable) => !sharedVariables.includes(variable))
    ? undefined
    : "it needs a variable that differs per device, such as ${cn}";
}

/** @returns what is wrong with a template of a thing attribute; undefined when nothing is. */
export function attributeTemplateProblem(template: string): string | undefined {
  const problem = templateProblem(template);
  if (problem !== undefined) return problem;
  if (template === "") return "it is empty; give a value, or leave the attribute out";
  return attributeValuePattern.test(template.replaceAll(placeholder, ""))
    ? undefined
    : `outside of its variables use up to 800 ${attributeCharacters}`;
}

/** Fills in a template. A value that is missing or not unique is reported, never replaced. */
export function renderTemplate(
  template: string,
  values: TemplateValues,
): { readonly text: string } | { readonly problem: string } {
  const problems: string[] = [];
  const text = template.replaceAll(placeholder, (_, variable: string) => {
    const found = valuesOf(variable, values);
    if (found.length === 1 && found[0] !== undefined && found[0] !== "") return found[0];
    problems.push(
      found.length > 1
        ? `\${${variable}} has ${found.length} values`
        : `\${${variable}} has no value`,
    );
    return "";
  });
  const [problem] = problems;
  return problem === undefined ? { text } : { problem };
}

/** Gives the thing name under a profile's template, or says why AWS IoT would refuse it. */
export function toThingName(
  template: string,
  values: TemplateValues,
): { readonly thingName: string } | { readonly finding: Finding } {
  const rendered = renderTemplate(template, values);
  if ("problem" in rendered) return invalid(`Template "${template}": ${rendered.problem}.`);
  if (thingNamePattern.test(rendered.text)) return { thingName: rendered.text };
  return invalid(
    `"${rendered.text.slice(0, 160)}" (${rendered.text.length} characters) is not 1 to 128 of letters, digits and : _ -.`,
  );
}

function invalid(detail: string): { readonly finding: Finding } {
  return { finding: { code: "THING_NAME_INVALID", detail } };
}

function isVariable(variable: string): boolean {
  return (
    deviceVariables.includes(variable) ||
    sharedVariables.includes(variable) ||
    /^attributes\.[^}]+$/.test(variable)
  );
}

function valuesOf(variable: string, { certificate, entry }: TemplateValues): readonly string[] {
  if (variable === "cn") return certificate.subjectAttributes["CN"] ?? [];
  if (variable.startsWith("attributes.")) {
    const name = variable.slice("attributes.".length);
    return Object.hasOwn(entry.attributes, name) ? [entry.attributes[name] ?? ""] : [];
  }
  const single: Readonly<Record<string, string | undefined>> = {
    serial: certificate.serial,
    certificateId: certificate.certificateId,
    deviceId: entry.deviceId,
    manufacturer: entry.manufacturer,
    batch: entry.batch,
  };
  const value = Object.hasOwn(single, variable) ? single[variable] : undefined;
  return value === undefined ? [] : [value];
}
