import { defineConfig } from "vitest/config";
import { type Part, parts } from "./parts.ts";

const { tests } = parts[process.env["MUSTER_MUTATED"] as Part];

export default defineConfig({
  test: {
    include: tests.map((folder) => `${folder}/**/*.test.ts`),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
