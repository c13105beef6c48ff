import { expect, test } from "vitest";
import { readLocalSettings } from "../../src/wiring/local-settings.ts";

const folders: readonly [name: string, state: string | undefined, env: object, folder: string][] = [
  ["a flag", "a", { MUSTER_STATE: "b" }, "a"],
  ["the environment", undefined, { MUSTER_STATE: "b" }, "b"],
  ["nothing", undefined, {}, ".muster"],
  ["an empty environment", undefined, { MUSTER_STATE: "" }, ".muster"],
  ["a blank environment", undefined, { MUSTER_STATE: " " }, ".muster"],
];

test.for(folders)("the state folder with %s", ([, state, env, folder]) => {
  const flags = state === undefined ? {} : { state };
  expect(readLocalSettings(flags, { ...env }).stateFolder).toBe(folder);
});

test.for(["", " "])(
  "an empty --state is refused, not taken for the folder one is in: %j",
  (state) => {
    expect(() => readLocalSettings({ state }, {})).toThrow(
      expect.objectContaining({ code: "CONFIGURATION_INVALID" }),
    );
  },
);

test("a region and an account are handed on", () => {
  const account = { region: "us-east-1", accountId: "123456789012" };
  expect(readLocalSettings({ account }, {}).account).toEqual(account);
  expect(readLocalSettings({}, {}).account).toEqual({});
});

test.for([
  { region: "us-east" },
  { region: "US-EAST-1" },
  { region: "us-east-1:1" },
  { region: "cn-north-1" },
  { region: "us-gov-west-1" },
  { accountId: "12345678901" },
  { accountId: "1234-5678-9012" },
])("what is no region or account of AWS's main partition is refused: %j", (account) => {
  expect(() => readLocalSettings({ account }, {})).toThrow(
    expect.objectContaining({ code: "CONFIGURATION_INVALID" }),
  );
});
