import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  attributeTemplateProblem,
  renderTemplate,
  templateProblem,
  thingNameTemplateProblem,
  toThingName,
} from "../../../src/rules/profile/thing-name.ts";
import { createEntry } from "../../support/create-entry.ts";
import { createFacts } from "../../support/create-facts.ts";

const values = {
  certificate: createFacts({
    certificateId: "ab".repeat(32),
    serial: "0a1b",
    subjectAttributes: { CN: ["dev-1"], OU: ["x"] },
  }),
  entry: createEntry({ deviceId: "D:7", attributes: { line: "L4", empty: "" } }),
};

describe("thing-name templates", () => {
  const invalid: readonly (readonly [template: string, words: string])[] = [
    ["${CN}", "there is no variable ${CN}; use ${cn}, "],
    ["${}", "there is no variable ${}; use ${cn}, "],
    ["${attributes.}", "there is no variable ${attributes.}; use ${cn}, "],
    ["${xattributes.a}", "there is no variable ${xattributes.a}; use ${cn}, "],
    ["${thingName}", "there is no variable ${thingName}; use ${cn}, "],
    ["${toString}", "there is no variable ${toString}; use ${cn}, "],
    [
      "${cn}${nope}",
      "${cn}, ${serial}, ${deviceId}, ${certificateId}, ${manufacturer}, ${batch}, ${attributes.<name>}",
    ],
    ["a-${cn", "not closed with }"],
    ["${cn}-${", "not closed with }"],
    ["${cn} ", "only have letters, digits and : _ -"],
    ["dev/${cn}", "only have letters, digits and : _ -"],
    ["dev.${cn}", "only have letters, digits and : _ -"],
    ["ü${cn}", "only have letters, digits and : _ -"],
    ["$cn", "only have letters, digits and : _ -"],
    ["", "differs per device"],
    ["sensor", "differs per device"],
    ["${manufacturer}-${batch}", "differs per device"],
    [`${"a".repeat(128)}\${cn}`, "up to 128 characters"],
    [`${"a".repeat(127)}\${batch}\${cn}`, "up to 128 characters"],
  ];
  test.for(invalid)("%j is refused: %s", ([template, words]) => {
    expect(thingNameTemplateProblem(template)).toContain(words);
  });

  const valid = [
    "${cn}",
    "${serial}",
    "${deviceId}",
    "${certificateId}",
    "${attributes.line}",
    "${attributes.a b}",
    "Az09:_-${cn}",
    "${manufacturer}_${batch}:${cn}",
    `${"a".repeat(127)}\${cn}`,
    `${"a".repeat(126)}\${cn}\${cn}`,
  ];
  test.for(valid)("%j is accepted", (template) => {
    expect(thingNameTemplateProblem(template)).toBeUndefined();
  });

  test("any text gets an answer", () => {
    fc.assert(
      fc.property(templates, (template) => {
        const problem = thingNameTemplateProblem(template);
        expect(problem === undefined || problem.length > 10).toBe(true);
        if (problem === undefined) expect(templateProblem(template)).toBeUndefined();
      }),
    );
  });
});

describe("attribute templates", () => {
  const invalid: readonly (readonly [template: string, words: string])[] = [
    ["", "empty"],
    ["${nope}", "there is no variable ${nope}; use ${cn}, "],
    ["${cn", "not closed"],
    ["two words", "letters, digits and _ . , @ / : # = [ ] -"],
    ["${cn}!", "letters, digits and _ . , @ / : # = [ ] -"],
    ["a".repeat(801), "up to 800 letters"],
  ];
  test.for(invalid)("%j is refused: %s", ([template, words]) => {
    expect(attributeTemplateProblem(template)).toContain(words);
  });

  const valid = ["plant-7", "${batch}", "a_.,@/:#=[]-${cn}Z9", "a".repeat(800)];
  test.for(valid)("%j is accepted", (template) => {
    expect(attributeTemplateProblem(template)).toBeUndefined();
  });
});

describe("rendering a template", () => {
  const cases: readonly (readonly [template: string, text: string])[] = [
    ["${cn}", "dev-1"],
    ["${serial}", "0a1b"],
    ["${deviceId}", "D:7"],
    ["${certificateId}", "ab".repeat(32)],
    ["${manufacturer}/${batch}", "acme/b-1"],
    ["${attributes.line}:${cn}:${cn}", "L4:dev-1:dev-1"],
    ["no variable", "no variable"],
  ];
  test.for(cases)("%j gives %j", ([template, text]) => {
    expect(renderTemplate(template, values)).toEqual({ text });
  });

  const missing = [
    "attributes.nope",
    "attributes.empty",
    "attributes.toString",
    "toString",
    "nope",
  ];
  test.for(missing)("%s has no value", (variable) => {
    expect(renderTemplate(`x\${${variable}}`, values)).toEqual({
      problem: `\${${variable}} has no value`,
    });
  });

  test("without a CN or a device id there is no value", () => {
    const bare = { certificate: createFacts({ subjectAttributes: {} }), entry: createEntry() };
    expect(renderTemplate("${cn}", bare)).toEqual({ problem: "${cn} has no value" });
    expect(renderTemplate("${deviceId}", bare)).toEqual({ problem: "${deviceId} has no value" });
  });

  test("of two common names none is taken; the first problem is told", () => {
    const certificate = createFacts({ subjectAttributes: { CN: ["a", "b"] } });
    expect(renderTemplate("${cn}${deviceId}", { certificate, entry: createEntry() })).toEqual({
      problem: "${cn} has 2 values",
    });
  });

  test("a value that looks like a replacement pattern or a variable is taken as it is", () => {
    const certificate = createFacts({ subjectAttributes: { CN: ["$&-${serial}"] } });
    expect(renderTemplate("<${cn}>", { ...values, certificate })).toEqual({
      text: "<$&-${serial}>",
    });
  });
});

describe("the thing name", () => {
  const withCn = (cn: string) => ({
    ...values,
    certificate: createFacts({ subjectAttributes: { CN: [cn] } }),
  });
  const cases: readonly (readonly [cn: string, accepted: boolean])[] = [
    ["a", true],
    ["Az09:_-", true],
    ["a".repeat(128), true],
    ["a".repeat(129), false],
    ["a b", false],
    ["a.b", false],
    ["a/b", false],
    ["a+b", false],
    ["dev\n", false],
    ["ä", false],
  ];
  test.for(cases)("of %j is accepted: %s", ([cn, accepted]) => {
    const named = toThingName("${cn}", withCn(cn));
    if (accepted) expect(named).toEqual({ thingName: cn });
    else expect(named).toMatchObject({ finding: { code: "THING_NAME_INVALID" } });
  });

  test("a refused name is quoted with its length, cut at 160 characters", () => {
    const named = toThingName("${cn}", withCn(`${"a".repeat(160)}bb`));
    expect(named).toMatchObject({
      finding: { detail: expect.stringMatching(/^"a{160}" \(162 characters\) is not /) },
    });
  });

  test("a value that is missing is told with the template", () => {
    const named = toThingName("x-${deviceId}", { ...values, entry: createEntry() });
    expect(named).toEqual({
      finding: {
        code: "THING_NAME_INVALID",
        detail: 'Template "x-${deviceId}": ${deviceId} has no value.',
      },
    });
  });

  test("is what AWS IoT accepts and exactly what the values say, or a finding", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 140 }), fc.string(), (cn, deviceId) => {
        const named = toThingName("${cn}-${deviceId}", {
          ...withCn(cn),
          entry: createEntry({ deviceId }),
        });
        const whole = `${cn}-${deviceId}`;
        const valid = cn !== "" && deviceId !== "" && /^[a-zA-Z0-9:_-]{1,128}$/.test(whole);
        if (valid) expect(named).toEqual({ thingName: whole });
        else expect(named).toMatchObject({ finding: { code: "THING_NAME_INVALID" } });
      }),
    );
  });
});

const templates = fc
  .array(fc.constantFrom("${", "}", "$", "cn", "batch", "attributes.", "a", " ", "ü", "${cn}"))
  .map((parts) => parts.join(""));
