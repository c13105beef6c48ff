import { CommanderError } from "commander";
import { vi } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { reportError } from "../../src/cli/report-error.ts";
import type { Run } from "./support.ts";

/** Runs a command as `muster` does, without a process of its own. */
export async function runInProcess(args: readonly string[], env: Record<string, string> = {}) {
  const json = args.includes("--json");
  const printed = { stdout: "", stderr: "" };
  const catching = (stream: "stdout" | "stderr") => (text: string) => {
    printed[stream] += `${text}\n`;
  };
  const log = vi.spyOn(console, "log").mockImplementation(catching("stdout"));
  const error = vi.spyOn(console, "error").mockImplementation(catching("stderr"));
  const streams = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      printed[name] += String(chunk);
      return true;
    }),
  );
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  process.exitCode = 0;
  try {
    await createProgram({ json }).parseAsync(args, { from: "user" });
  } catch (thrown) {
    const isHelp = thrown instanceof CommanderError && thrown.exitCode === 0;
    if (!isHelp) process.exitCode = reportError(thrown, { json });
  } finally {
    log.mockRestore();
    error.mockRestore();
    for (const stream of streams) stream.mockRestore();
    vi.unstubAllEnvs();
  }
  const code = Number(process.exitCode);
  process.exitCode = 0;
  return { code, ...printed } satisfies Run;
}
