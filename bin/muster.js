#!/usr/bin/env node
// Plain JavaScript, so that a Node which cannot read TypeScript can say what it lacks.
import module from "node:module";
import { fileURLToPath } from "node:url";

const wanted = 24;
const [major] = process.versions.node.split(".");
if (Number(major) >= wanted) {
  // Most of a command's time goes into loading what it is written in; this halves it.
  module.enableCompileCache(
    fileURLToPath(new URL("../node_modules/.cache/muster", import.meta.url)),
  );
  await import("../src/cli/main.ts");
} else {
  process.stderr.write(
    `error PLATFORM_UNSUPPORTED: Muster needs Node ${wanted} or later; this is ${process.version}.\n` +
      "On Linux x64 the right one comes with Muster: run it as npm run muster -- <command>.\n" +
      "Elsewhere install it from https://nodejs.org, or with: nvm install 24\n",
  );
  // What `local env` prints is evaluated by a shell: an empty text would be a success there.
  if (process.argv.includes("env")) process.stdout.write("false\n");
  process.exitCode = 1;
}
