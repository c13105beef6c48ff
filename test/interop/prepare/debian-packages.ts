import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { findCommand } from "./find-command.ts";
import type { Tool } from "./tools.ts";

/** What each package is needed for is there when this file is. */
const packages = [
  { name: "mosquitto-clients", isThere: () => findCommand("mosquitto_pub") !== undefined },
  { name: "gcc", isThere: () => findCommand("cc") !== undefined },
  { name: "libc6-dev", isThere: () => existsSync("/usr/include/stdio.h") },
  { name: "libwolfssl-dev", isThere: () => existsSync("/usr/include/wolfssl/ssl.h") },
  { name: "libmbedtls-dev", isThere: () => existsSync("/usr/include/mbedtls/ssl.h") },
];

export const installCommand = `apt-get install ${packages.map(({ name }) => name).join(" ")}`;

/** Installs what is missing where that is possible; else the tools say what they miss. */
export function installDebianPackages(): void {
  const missing = packages.filter(({ isThere }) => !isThere()).map(({ name }) => name);
  const mayInstall = process.getuid?.() === 0 && findCommand("apt-get") !== undefined;
  if (missing.length === 0 || !mayInstall) return;
  process.stderr.write(`Installing ${missing.join(" ")}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", ...missing]]) {
    spawnSync("apt-get", ["-qq", ...words], { env, stdio: ["ignore", "ignore", "inherit"] });
  }
}

export function findMosquitto(): Tool {
  const path = findCommand("mosquitto_pub");
  if (path !== undefined) return { path };
  return { missing: `mosquitto_pub is not installed; as root: ${installCommand}` };
}
