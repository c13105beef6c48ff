import { spawnSync } from "node:child_process";
import { canReachRegistry, findPython, preparePython } from "../support/python-environment.ts";

const packages = ["ministack", "cryptography", "awscli"] as const;

/**
 * Finds a Python with MiniStack and the `aws` command, or makes one.
 *
 * @returns undefined where pip reaches no registry.
 */
export function findEmulator(): string | undefined {
  try {
    return findPython(...packages) ?? preparePython(...packages);
  } catch (error) {
    if (canReachRegistry()) throw error;
    return undefined;
  }
}

const debian: Readonly<Record<string, string>> = {
  curl: "curl",
  mosquitto_pub: "mosquitto-clients",
  mosquitto_sub: "mosquitto-clients",
  openssl: "openssl",
};

/** @throws Error naming the programs that are missing. */
export function checkPrograms(programs: readonly string[]): void {
  const missing = programs.filter((name) => spawnSync(name, ["--help"]).error !== undefined);
  if (missing.length === 0) return;
  const names = [...new Set(missing.map((name) => debian[name] ?? name))].join(" ");
  throw new Error(`Not found: ${missing.join(", ")}. On Debian: apt-get install ${names}`);
}
