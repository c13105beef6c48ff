import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { references } from "../../scripts/write-references.ts";
import { awsKeyTypes } from "../../src/rules/certificate/check-key.ts";
import { awsSignatureAlgorithms } from "../../src/rules/certificate/check-signature-algorithm.ts";
import { parseProfile } from "../../src/rules/profile/profile.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test.for(Object.entries(references))("%s says what the code says", ([path, text]) => {
  expect(read(path), "run: node scripts/write-references.ts").toBe(text);
});

test("the guide's profile is one", () => {
  expect(parseProfile(parse(read("docs/guide/sensor.yaml")))).toMatchObject({ name: "sensor" });
});

describe("docs/reference/profile.md", () => {
  const page = read("docs/reference/profile.md");
  const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = ""]) => parse(yaml));

  test("has examples that are profiles, but for a name left out", () => {
    expect(examples).toHaveLength(3);
    for (const example of examples) {
      const { attachTo, publish = ["a"], ...policy } = example.policy;
      const document = { name: "sensor", ...example, policy: { attachTo, publish, ...policy } };
      expect(parseProfile(document)).toMatchObject(example);
    }
  });

  test("shows every field there is", () => {
    const every = examples[1];
    const { name, thing, policy } = examples[0];
    const least = parseProfile({ name, thing, policy });
    expect(Object.keys(every).toSorted()).toEqual(
      ["manufacturers", ...Object.keys(least)].toSorted(),
    );
    expect(Object.keys(every.certificate).toSorted()).toEqual(
      ["keys", "signatureAlgorithms", ...Object.keys(least.certificate)].toSorted(),
    );
    expect(Object.keys(every.thing).toSorted()).toEqual(
      ["type", ...Object.keys(least.thing)].toSorted(),
    );
    expect(Object.keys(every.policy).toSorted()).toEqual(Object.keys(least.policy).toSorted());
  });

  test("lists the keys and algorithms that are allowed", () => {
    const listed = (field: string) =>
      [
        ...(new RegExp(`^\\| \`${field}\` \\| (.*) \\|$`, "m").exec(page)?.[1] ?? "").matchAll(
          /`([^`]+)`/g,
        ),
      ].map(([, value]) => value);
    expect(listed("keys")).toEqual([...awsKeyTypes]);
    expect(listed("signatureAlgorithms")).toEqual([...awsSignatureAlgorithms]);
  });
});
