import * as z from "zod/mini";
import { MusterError } from "../errors.ts";
import {
  attributeNamePattern,
  templateProblem,
  thingNamePattern,
  thingNameTemplateProblem,
} from "./thing-name.ts";

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

const keyTypes = z.enum(["rsa-2048", "rsa-3072", "rsa-4096", "ec-p256", "ec-p384", "ec-p521"]);
const signatureAlgorithms = z.enum([
  "sha256WithRSA",
  "sha384WithRSA",
  "sha512WithRSA",
  "rsassaPss",
  "ecdsaWithSha256",
  "ecdsaWithSha384",
  "ecdsaWithSha512",
  "dsaWithSha256",
]);

const topic = z
  .string()
  .check(
    z.minLength(1, "a topic has at least one character"),
    z.maxLength(256, "AWS IoT takes topics of up to 256 bytes"),
    z.regex(/^[^+#]*$/, "in a policy + and # are plain text; write * for any text"),
    z.regex(/^[^*?]/, "the first level cannot be a wildcard: it would open every topic"),
    z.regex(/^(?:[^$]|\$aws\/|\$\{thingName\})*$/, "the only variable is ${thingName}"),
  );

const thing = z.strictObject({
  name: z.string(),
  type: z.optional(awsName),
  groups: z._default(
    z.array(awsName).check(z.maxLength(10, "a thing is in at most 10 groups")),
    [],
  ),
  attributes: z._default(
    z.record(
      z
        .string()
        .check(z.regex(attributeNamePattern, "use 1 to 128 letters, digits and _ . , @ / : # -")),
      z.string(),
    ),
    {},
  ),
});

const profileShape = z.strictObject({
  name: identifier,
  description: z._default(z.string().check(z.maxLength(500)), ""),
  registration: z._default(z.enum(["jitr"]), "jitr"),
  certificate: z._default(
    z.strictObject({
      keys: z.optional(z.array(keyTypes).check(z.minLength(1, "list at least one key type"))),
      signatureAlgorithms: z.optional(
        z.array(signatureAlgorithms).check(z.minLength(1, "list at least one algorithm")),
      ),
      subject: z._default(z.record(z.string(), z.string()), {}),
      requireClientAuth: z._default(z.boolean(), false),
    }),
    { subject: {}, requireClientAuth: false },
  ),
  thing,
  policy: z.strictObject({
    attachTo: z._default(
      z.union([
        z.literal("certificate"),
        z.strictObject({ group: awsName, greengrass: z.literal(false) }),
      ]),
      "certificate",
    ),
    publish: z._default(z.array(topic), []),
    subscribe: z._default(z.array(topic), []),
  }),
});

/** How a product's devices are admitted, named, grouped and authorised. */
export type Profile = z.infer<typeof profileShape>;

/** A profile as it was applied: `version` counts from 1, `policyName` is its policy in AWS IoT. */
export interface AppliedProfile extends Profile {
  readonly version: number;
  readonly policyName: string;
}

/** What is wrong with one field. `path` is dotted, empty for the whole document. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * Reads a profile from what a YAML or JSON document held.
 *
 * @throws MusterError PROFILE_INVALID, `details.problems` naming every field that is wrong.
 */
export function parseProfile(document: unknown): Profile {
  const parsed = z.safeParse(profileShape, document, { error: explain });
  if (!parsed.success) {
    throw invalidProfile(
      parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message })),
    );
  }
  const problems = relations(parsed.data);
  if (problems.length > 0) throw invalidProfile(problems);
  return parsed.data;
}

/** Rules between fields, which a schema of single fields cannot say. */
function relations({ thing, policy }: Profile): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const nameProblem = thingNameTemplateProblem(thing.name);
  if (nameProblem !== undefined) problems.push({ path: "thing.name", message: nameProblem });
  for (const [name, template] of Object.entries(thing.attributes)) {
    const problem = templateProblem(template);
    if (problem !== undefined)
      problems.push({ path: `thing.attributes.${name}`, message: problem });
  }
  if (Object.hasOwn(thing.attributes, "certificateId")) {
    problems.push({
      path: "thing.attributes.certificateId",
      message: "Muster sets this one itself",
    });
  }
  const limit = thing.type === undefined ? maxAttributesWithoutType : maxAttributesWithType;
  if (Object.keys(thing.attributes).length > limit) {
    problems.push({
      path: "thing.attributes",
      message: `AWS IoT takes ${limit} beside the certificate id ${thing.type === undefined ? "without a thing type" : "with a thing type"}`,
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

function invalidProfile(problems: readonly FieldProblem[]): MusterError {
  const lines = problems.map(({ path, message }) => `  ${path || "(document)"}: ${message}`);
  return new MusterError("PROFILE_INVALID", `The profile is not valid:\n${lines.join("\n")}`, {
    details: { problems },
  });
}

function explain(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type": {
      const expected = `it has to be of type ${issue.expected}`;
      return issue.input === undefined ? `missing; ${expected}` : expected;
    }
    case "unrecognized_keys":
      return `unknown field ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
    case "invalid_value":
      return `use one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return 'use "certificate", or { group: <name>, greengrass: false }';
    case "too_big":
      return `too long: at most ${issue.maximum}`;
    default:
      return undefined;
  }
}
