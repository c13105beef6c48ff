import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const osls = fileURLToPath(import.meta.resolve("osls/bin/serverless.js"));

interface OslsRun {
  /** The folder of serverless.yml. */
  readonly service: string;
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Show what osls says while it works; otherwise it is said only when osls fails. */
  readonly isShown?: boolean;
}

/** Runs osls to its end. @throws Error with what osls said, when it failed. */
export async function runOsls({ service, words, env, isShown = false }: OslsRun): Promise<void> {
  const child = spawn(process.execPath, [osls, ...words], {
    cwd: service,
    env: { ...env, SLS_INTERACTIVE_SETUP_ENABLE: "0" },
    stdio: isShown ? ["ignore", 2, 2] : ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const take = (chunk: Buffer) => {
    said = `${said}${chunk.toString("utf8")}`.slice(-20_000);
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(withoutSpinner(said) || "osls failed.");
}

/** Of what osls draws over and over at a terminal, only what is said once. */
function withoutSpinner(text: string): string {
  const lines = stripVTControlCharacters(text).split("\n");
  return lines.filter((line) => line.trim() !== "" && !/^[\u2800-\u28ff]/.test(line)).join("\n");
}
