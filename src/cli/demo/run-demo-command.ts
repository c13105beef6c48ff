import { MusterError } from "../../rules/errors.ts";
import { colors, print } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { toDemoData, toDemoText } from "./demo-report.ts";
import { runDemo } from "./run-demo.ts";

/** Runs the demonstration and prints it. @throws MusterError DEMO_FAILED when it was not as expected. */
export async function runDemoCommand(json: boolean): Promise<void> {
  const startedAt = performance.now();
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort(new Error("interrupted")));
  process.once("SIGTERM", () => interrupt.abort(new Error("interrupted")));
  const onStep = (step: string) => json || console.log(`${toSeconds(startedAt)}  ${step}`);
  const result = await runDemo(onStep, interrupt.signal).catch((error: unknown) => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    throw error;
  });
  const { surprises, audit } = result;
  const ok = surprises.length === 0 && audit.broken.length === 0;
  const seconds = (performance.now() - startedAt) / 1_000;
  print(json, toDemoData(result, ok, seconds), () => toDemoText(result, seconds));
  if (ok) return;
  if (json) process.exitCode = exitCodes.failed;
  else throw new MusterError("DEMO_FAILED", "The demonstration did not go as it should.");
}

function toSeconds(startedAt: number): string {
  const seconds = (performance.now() - startedAt) / 1_000;
  return colors.dim(`${seconds.toFixed(1).padStart(5)} s`);
}
