import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const timeoutSeconds = 40;

export interface Ended {
  /** 124 when its time was up. */
  readonly code: number | undefined;
  readonly lines: readonly string[];
  readonly stderr: string;
}

/**
 * Runs a program to its end.
 *
 * @param onLine called with every line as it is printed.
 */
export async function runProgram(
  path: string,
  words: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<Ended> {
  // Ends it also when the test that waits for it is no more.
  const child = spawn("timeout", [String(timeoutSeconds), path, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  let stderr = "";
  createInterface(child.stdout).on("line", (line) => {
    lines.push(line);
    onLine(line);
  });
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const [code] = await once(child, "close");
  return { code: code ?? undefined, lines, stderr: stderr.trim() };
}

/** @throws with what the program printed. */
export function expectSuccess(program: string, { code, lines, stderr }: Ended): void {
  if (code === 0) return;
  throw new Error(`${program} ended with ${code}: ${[...lines, stderr].join("\n")}`);
}

/** Options as a command line has them, without those that are undefined. */
export function toWords(options: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
}
