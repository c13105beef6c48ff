import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findAccount, keepAccount } from "../../src/local/local-account.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const local = { region: "local-1", accountId: "000000000000" };
const virginia = { region: "us-east-1", accountId: "123456789012" };

test("a new folder is of the region and account wanted, which need not be said again", () => {
  const folder = temporaryFolder();
  expect(findAccount(folder, {})).toEqual(local);
  expect(findAccount(folder, { region: "us-east-1" })).toEqual({ ...local, region: "us-east-1" });
  keepAccount(folder, findAccount(folder, virginia));
  expect(findAccount(folder, {})).toEqual(virginia);
  expect(findAccount(folder, { region: "us-east-1" })).toEqual(virginia);
});

test.for([{ region: "local-1" }, { accountId: "000000000000" }])(
  "what differs from what is kept is refused: %j",
  (wanted) => {
    const folder = temporaryFolder();
    keepAccount(folder, virginia);
    expect(() => findAccount(folder, wanted)).toThrow(
      expect.objectContaining({
        code: "CONFIGURATION_INVALID",
        message: expect.stringContaining("local reset"),
      }),
    );
  },
);

test("state that is older than the choice is of the defaults", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "iot-core.sqlite"), "");
  expect(findAccount(folder, {})).toEqual(local);
  expect(() => findAccount(folder, virginia)).toThrow("local-1");
});

test("a damaged file is said to be one", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "account.json"), "{");
  expect(() => findAccount(folder, {})).toThrow(expect.objectContaining({ code: "STATE_DAMAGED" }));
});
