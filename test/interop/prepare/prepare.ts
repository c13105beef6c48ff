import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { TestProject } from "vitest/node";
import { installAwsCommand } from "./aws-command.ts";
import { compileDevice } from "./c-devices.ts";
import { findMosquitto, installDebianPackages } from "./debian-packages.ts";
import type { Tool } from "./tools.ts";

/** Outlives `npm ci` of this folder. */
const cache = resolve("node_modules/.cache/muster-interop");

/** Vitest's global set-up: installs and compiles the clients, and tells the tests where they are. */
export function setup(project: TestProject): void {
  mkdirSync(cache, { recursive: true });
  installDebianPackages();
  const tools = {
    mosquitto: findMosquitto(),
    wolfssl: compileDevice("wolfssl", cache),
    mbedtls: compileDevice("mbedtls", cache),
    aws: installAwsCommand(cache),
  };
  for (const tool of Object.values<Tool>(tools)) {
    if ("missing" in tool) process.stderr.write(`Some tests are skipped: ${tool.missing}\n`);
  }
  project.provide("tools", tools);
}
