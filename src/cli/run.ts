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
    await createProgram({ json }).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = reportError(error, { json });
  }
}
