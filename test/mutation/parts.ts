/** What is mutated together, and the tests that have to notice. */
export const parts = {
  rules: { sources: "src/rules", tests: ["test/rules"] },
  onboarding: {
    sources: "src/onboarding",
    // Not the two that disturb every single call: they take half a minute for each mutant.
    tests: [
      "test/onboarding",
      "test/faults/{concurrency,database,deactivation,interleavings,landing}",
    ],
  },
} as const;

export type Part = keyof typeof parts;
