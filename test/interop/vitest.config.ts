import { defineConfig } from "vitest/config";
import { createMatrixReporter } from "./support/matrix-reporter.ts";

/** `--reporter` would leave the matrix out; `--outputFile.json=<file>` alone is enough here. */
const hasResultFile = process.argv.some((word) => word.startsWith("--outputFile.json="));

// biome-ignore lint/style/noDefaultExport: Vitest takes its configuration so.
export default defineConfig({
  test: {
    include: ["test/interop/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    globalSetup: "test/interop/prepare/prepare.ts",
    reporters: ["default", createMatrixReporter(), ...(hasResultFile ? ["json"] : [])],
    // What takes the time are the clients' own processes: more at once only wait for each other.
    maxConcurrency: 4,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
