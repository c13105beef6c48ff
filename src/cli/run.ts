import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

/** Runs the command that the process was started with; what went wrong is in its exit code. */
export async function run(): Promise<void> {
  // Whoever reads may have had enough, as `head` does.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const json = process.argv.includes("--json");
  try {
    await createProgram({ json }).parseAsync(toArguments(process.argv.slice(2)), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = reportError(error, { json });
  }
}

/** commander's own help takes the name of one command only. */
function toArguments(given: readonly string[]): readonly string[] {
  const [first, ...names] = given;
  return first === "help" && names.length > 1 ? [...names, "--help"] : given;
}
