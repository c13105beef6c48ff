import * as fc from "fast-check";
import { awsKeyTypes } from "../../src/rules/certificate/check-key.ts";
import { awsSignatureAlgorithms } from "../../src/rules/certificate/check-signature-algorithm.ts";
import { MusterError } from "../../src/rules/errors.ts";
import { parseProfile } from "../../src/rules/profile/profile.ts";

/** The least that a profile has to say. */
export const leastProfile = {
  name: "sensor",
  thing: { name: "${cn}" },
  policy: { publish: ["dt/${thingName}/*"] },
} as const;

/** As many attributes of a thing. */
export const attributesOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, "x"]));

/** What a document is refused with as a profile. */
export function refusalOf(document: unknown): MusterError {
  try {
    parseProfile(document);
  } catch (error) {
    if (error instanceof MusterError && error.code === "PROFILE_INVALID") return error;
    throw error;
  }
  throw new Error("The profile was accepted.");
}

const text = (characters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...characters.split("")), minLength: 1, maxLength });
const awsName = text("aZ09:_-", 128);
const variable = fc.constantFrom("${cn}", "${serial}", "${deviceId}", "${attributes.line}");
const topic = fc
  .tuple(text("aZ0/_-", 20), fc.constantFrom("", "/${thingName}", "/*", "/${thingName}/*", "/?"))
  .map((parts) => parts.join(""));

/** Valid profiles as their writers would put them, with every field there or not. */
export const profileDocuments = fc
  .record(
    {
      name: text("abz019", 63),
      thingName: fc.tuple(text("aZ0:_-", 20), variable).map((parts) => parts.join("")),
      topics: fc.array(topic, { minLength: 1, maxLength: 5 }),
      groups: fc.array(awsName, { minLength: 1, maxLength: 10 }),
      byGroup: fc.boolean(),
      description: fc.string({ maxLength: 500 }),
      registration: fc.constantFrom("jitr", "preregister"),
      type: awsName,
      attributes: fc.dictionary(text("aZ0_.,@/:#-", 20), text("aZ0_.,@/:#=[]-", 20), {
        maxKeys: 2,
        noNullPrototype: true,
      }),
      keys: fc.subarray([...awsKeyTypes], { minLength: 1 }),
      signatureAlgorithms: fc.subarray([...awsSignatureAlgorithms], { minLength: 1 }),
      subject: fc.dictionary(fc.constantFrom("CN", "O", "1.2.3"), text("a*?#", 9), {
        noNullPrototype: true,
      }),
      requireClientAuth: fc.boolean(),
    },
    { requiredKeys: ["name", "thingName", "topics", "groups", "byGroup"] },
  )
  .map(({ name, thingName, topics, groups, byGroup, description, registration, ...rest }) => {
    const { type, attributes, ...certificate } = rest;
    const [group] = groups;
    return {
      name,
      ...(description !== undefined && { description }),
      ...(registration !== undefined && { registration }),
      ...(Object.keys(certificate).length > 0 && { certificate }),
      thing: {
        name: thingName,
        groups,
        ...(type !== undefined && { type }),
        ...(attributes && { attributes }),
      },
      policy: {
        ...(byGroup && { attachTo: { group, greengrass: false } }),
        publish: topics,
        subscribe: topics.slice(1),
      },
    };
  });
