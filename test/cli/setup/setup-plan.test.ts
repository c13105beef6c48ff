import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { askSetup } from "../../../src/cli/setup/ask-setup.ts";
import { planSetup, type SetupFlags, type SetupState } from "../../../src/cli/setup/setup-plan.ts";
import { createCa } from "../../../src/local/sample-pki.ts";
import type { Manufacturer } from "../../../src/rules/decision/ledger.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const empty: SetupState = { manufacturers: [], cas: [], profiles: [] };
const maker = (id: string): Manufacturer => ({
  id,
  name: `${id} Ltd`,
  status: "active",
  issuers: [],
});
const ca = (manufacturer: string) => ({
  caCertificateId: "ab".repeat(32),
  subject: "CN=CA",
  mode: "SNI_ONLY" as const,
  manufacturer,
  notAfter: "2040-01-01T00:00:00.000Z",
});
const profiles = [{ name: "sensor" }] as unknown as SetupState["profiles"];
const whole = { manufacturers: [maker("acme")], cas: [ca("acme")], profiles };
const files = { ca: "ca.pem", profile: "sensor.yaml" };

const cases: readonly [string, SetupFlags, SetupState, gaps: readonly string[]][] = [
  ["nothing is there and nothing is said", {}, empty, ["manufacturer", "ca", "profile"]],
  ["all is said", { manufacturer: "acme", ...files }, empty, []],
  ["all is there", {}, whole, []],
  [
    "one of two manufacturers has to be named",
    {},
    { ...whole, manufacturers: [maker("acme"), maker("bolt")] },
    ["manufacturer", "ca"],
  ],
  ["another manufacturer's CA does not count", { manufacturer: "bolt" }, whole, ["ca"]],
  ["another manufacturer and its CA", { manufacturer: "bolt", ca: "bolt.pem" }, whole, []],
  ["the profile is missing", {}, { ...whole, profiles: [] }, ["profile"]],
];

describe("what setup has to make", () => {
  test.for(cases)("%s", ([, flags, state, gaps]) => {
    expect(planSetup(flags, state).gaps).toEqual(gaps);
  });

  test("a manufacturer keeps its name, unless another is said", () => {
    const nameOf = (flags: SetupFlags) => planSetup(flags, whole).plan.manufacturer?.name;
    expect(nameOf({})).toBe("acme Ltd");
    expect(nameOf({ manufacturerName: "Acme" })).toBe("Acme");
    expect(nameOf({ manufacturer: "new" })).toBe("new");
  });
});

const enter = "\r";

/** Types what answers each question, once it is shown. */
function answer(answers: readonly (readonly [question: string, keys: string])[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const left = [...answers];
  let shown = "";
  let unanswered = "";
  output.on("data", (chunk) => {
    shown += String(chunk);
    unanswered += String(chunk);
    const [question, keys] = left[0] ?? [];
    if (question === undefined || !unanswered.includes(question)) return;
    left.shift();
    unanswered = "";
    setImmediate(() => input.write(keys));
  });
  return { terminal: { input, output }, shown: () => shown };
}

describe("at a terminal", () => {
  test("a first manufacturer is asked for by id and name", async () => {
    const { terminal } = answer([
      ["Who makes the devices?", `acme${enter}`],
      ["Its name", enter],
    ]);
    const answers = await askSetup("manufacturer", empty, terminal);
    expect(answers).toEqual({ manufacturer: "acme", manufacturerName: "acme" });
  });

  test("of several one is chosen", async () => {
    const state = { ...empty, manufacturers: [maker("acme"), maker("bolt")] };
    const { terminal, shown } = answer([["Which manufacturer", `\u001b[B${enter}`]]);
    expect(await askSetup("manufacturer", state, terminal)).toEqual({ manufacturer: "bolt" });
    expect(shown()).toContain("acme (acme Ltd)");
  });

  test("a file that is not there, or holds no certificate, is asked for again", async () => {
    const file = join(temporaryFolder(), "ca.pem");
    writeFileSync(file, (await createCa({ name: "Acme CA" })).pem);
    const again = (former: string) => "\u007f".repeat(former.length);
    const { terminal, shown } = answer([
      ["The CA", `none${enter}`],
      ["There is no file", `${again("none")}package.json${enter}`],
      ["holds no certificate", `${again("package.json")}${file}${enter}`],
    ]);
    expect(await askSetup("ca", empty, terminal)).toEqual({ ca: file });
    expect(shown()).toContain('There is no file "none"');
  });

  test("whoever gives up has said nothing", async () => {
    const { terminal } = answer([["The CA", "\u0003"]]);
    expect(await askSetup("ca", empty, terminal)).toBeUndefined();
  });
});
