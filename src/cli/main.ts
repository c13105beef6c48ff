import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

const json = process.argv.includes("--json");

// Whoever reads may have had enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await createProgram({ json }).parseAsync();
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else process.exitCode = reportError(error, { json });
}
