import { defineConfig } from "vitest/config";

/** The tests that hold the rules and the saga; the others would only make each mutant slower. */
export default defineConfig({
  test: {
    include: ["test/rules/**/*.test.ts", "test/onboarding/**/*.test.ts", "test/faults/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
