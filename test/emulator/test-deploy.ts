import { checkPrograms, findEmulator } from "./find-programs.ts";
import { runScenario } from "./run.ts";
import { startEmulator } from "./targets/start-emulator.ts";

/**
 * `npm run test:deploy`: deploys what is packaged into an emulator of AWS, and has it do its job there,
 * for stock clients.
 */
const stages = ["one", "two"] as const;

async function main(): Promise<boolean> {
  checkPrograms(["curl", "mosquitto_pub", "mosquitto_sub", "openssl"]);
  const python = findEmulator();
  if (python === undefined) {
    process.stdout.write(
      "test:deploy is skipped: pip reaches no registry to take MiniStack and the aws command from.\n0 passed, 0 failed, 1 skipped\n",
    );
    return true;
  }
  return runScenario((folder) => startEmulator(python, folder), stages);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
