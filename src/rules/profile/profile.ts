import * as z from "zod/mini";
import { awsKeyTypes } from "../certificate/check-key.ts";
import { awsSignatureAlgorithms } from "../certificate/check-signature-algorithm.ts";
import { explainIssue, type FieldProblem, invalidProfile } from "./profile-problems.ts";
import { subjectAttributeProblem, subjectPatternProblem } from "./subject-pattern.ts";
import {
  attributeNamePattern,
  attributeTemplateProblem,
  thingNamePattern,
  thingNameTemplateProblem,
} from "./thing-name.ts";
import { topicPatternProblem } from "./topic-pattern.ts";

/** Without a thing type AWS IoT takes three attributes; one of them holds the certificate id. */
const maxAttributesWithoutType = 2;
const maxAttributesWithType = 49;

const identifier = z
  .string()
  .check(
    z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "use 1 to 63 lower-case letters, digits and hyphens"),
  );
const awsName = z
  .string()
  .check(z.regex(thingNamePattern, "use 1 to 128 letters, digits and : _ -"));
const attributeName = z
  .string()
  .check(z.regex(attributeNamePattern, "use 1 to 128 letters, digits and _ . , @ / : # -"));

const keyTypes = z.array(z.enum(awsKeyTypes)).check(z.minLength(1, "list at least one key type"));
const signatureAlgorithms = z
  .array(z.enum(awsSignatureAlgorithms))
  .check(z.minLength(1, "list at least one algorithm"));

/** Whose devices are let in under it; everybody's, when left out. */
const manufacturers = z
  .array(identifier)
  .check(
    z.minLength(1, "list at least one manufacturer, or leave it out"),
    z.maxLength(100, "list at most 100 manufacturers"),
  );

const profileShape = z.strictObject({
  name: identifier,
  description: z._default(z.string().check(z.maxLength(500, "use at most 500 characters")), ""),
  manufacturers: z.optional(manufacturers),
  /** Who registers certificates with AWS IoT: the device by connecting, or Muster in advance. */
  registration: z._default(z.enum(["jitr", "preregister"]), "jitr"),
  certificate: z._default(
    z.strictObject({
      keys: z.optional(keyTypes),
      signatureAlgorithms: z.optional(signatureAlgorithms),
      subject: named(textWithout(subjectAttributeProblem), textWithout(subjectPatternProblem)),
      requireClientAuth: z._default(z.boolean(), false),
    }),
    { subject: {}, requireClientAuth: false },
  ),
  thing: z.strictObject({
    name: textWithout(thingNameTemplateProblem),
    type: z.optional(awsName),
    groups: z._default(
      z.array(awsName).check(z.maxLength(10, "a thing is in at most 10 groups")),
      [],
    ),
    attributes: named(attributeName, textWithout(attributeTemplateProblem)),
  }),
  policy: z.strictObject({
    attachTo: z._default(
      z.union([
        z.literal("certificate"),
        z.strictObject({ group: awsName, greengrass: z.literal(false) }),
      ]),
      "certificate",
    ),
    publish: z._default(z.array(textWithout(topicPatternProblem)), []),
    subscribe: z._default(z.array(textWithout(topicPatternProblem)), []),
  }),
});

/** How a product's devices are admitted, named, grouped and authorised. */
export type Profile = z.infer<typeof profileShape>;

/** A profile as it was applied: `version` counts from 1, `policyName` is its policy in AWS IoT. */
export interface AppliedProfile extends Profile {
  readonly version: number;
  readonly policyName: string;
}

/**
 * Reads a profile from what a YAML or JSON document held.
 *
 * @throws MusterError PROFILE_INVALID, `details.problems` naming every field that is wrong; what is
 * wrong between fields only shows when each is right in itself.
 */
export function parseProfile(document: unknown): Profile {
  const parsed = z.safeParse(profileShape, document, { error: explainIssue });
  if (!parsed.success) {
    throw invalidProfile(
      parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })),
    );
  }
  const problems = checkRelations(parsed.data);
  if (problems.length > 0) throw invalidProfile(problems);
  return parsed.data;
}

/** Rules between fields, which a schema of single fields cannot say. */
function checkRelations({ thing, policy }: Profile): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (Object.hasOwn(thing.attributes, "certificateId")) {
    problems.push({
      path: "thing.attributes.certificateId",
      message: "Muster sets this one itself; leave it out",
    });
  }
  const [limit, which] =
    thing.type === undefined
      ? [maxAttributesWithoutType, "without a type"]
      : [maxAttributesWithType, "with a type"];
  const count = Object.keys(thing.attributes).length;
  if (count > limit) {
    problems.push({
      path: "thing.attributes",
      message: `a thing ${which} takes up to ${limit} attributes beside Muster's own; these are ${count}`,
    });
  }
  if (policy.publish.length + policy.subscribe.length === 0) {
    problems.push({
      path: "policy",
      message: "list at least one topic under publish or subscribe",
    });
  }
  if (policy.attachTo !== "certificate" && !thing.groups.includes(policy.attachTo.group)) {
    problems.push({
      path: "policy.attachTo.group",
      message: `"${policy.attachTo.group}" has to be one of thing.groups`,
    });
  }
  return problems;
}

/** Text in which `problemOf` finds nothing wrong. */
function textWithout(problemOf: (text: string) => string | undefined) {
  return z.string().check(({ value, issues }) => {
    const message = problemOf(value);
    if (message !== undefined) issues.push({ code: "custom", message, input: value });
  });
}

/** A set of fields with names of the writer's own; none by default. */
function named(name: z.ZodMiniString, value: z.ZodMiniString) {
  // The schema library would pass over a field of this name without a word.
  const noProto = z.unknown().check(({ value: fields, issues }) => {
    if (typeof fields !== "object" || fields === null || !Object.hasOwn(fields, "__proto__"))
      return;
    issues.push({ code: "custom", message: 'no field can be named "__proto__"', input: fields });
  });
  return z._default(z.pipe(noProto, z.record(name, value)), {});
}
