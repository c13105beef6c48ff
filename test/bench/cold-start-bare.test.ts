import { expect, test } from "vitest";
import { listCommands } from "../support/list-commands.ts";

test("what onboarding's start is compared with has the very commands that onboarding has", async () => {
  const commands = await listCommands("bench/cold-start-bare.ts");
  expect(commands).toContain("client-iot/UpdateCertificateCommand");
  expect(commands).toEqual(await listCommands("functions/onboard.ts"));
});
