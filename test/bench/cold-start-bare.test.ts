import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleFunction } from "../../scripts/build.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The commands of the SDK that a bundle of this entry has in it. */
async function listCommands(entry: string): Promise<readonly string[]> {
  const { outputs } = await bundleFunction(entry, join(temporaryFolder(), "bundle.mjs"));
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /@aws-sdk\/(client-.+\/)dist-es\/commands\/(\w+)\.js$/.exec(path))
    .flatMap((match) => (match ? [`${match[1]}${match[2]}`] : []))
    .toSorted();
}

test("what onboarding's start is compared with has the very commands that onboarding has", async () => {
  const commands = await listCommands("bench/cold-start-bare.ts");
  expect(commands).toContain("client-iot/UpdateCertificateCommand");
  expect(commands).toEqual(await listCommands("functions/onboard.ts"));
});
