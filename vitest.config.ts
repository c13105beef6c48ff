import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/interop/**", "test/mutation/**"],
    // Nothing waits for so long, but on a machine with other work processes start slowly.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Half of the time would go into loading the same modules anew for each file.
    isolate: false,
    // Many tests wait for processes they started, so no core has to be kept free.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
