import { defineConfig } from "vitest/config";
import base from "./vitest.config.ts";

/** Packages once, for all files. */
export default defineConfig({
  test: {
    ...base.test,
    include: ["test/deploy/**/*.test.ts"],
    globalSetup: ["test/deploy/package-once.ts"],
  },
});
