/** What is mutated together, and the tests that have to notice. */
export const parts = {
  rules: { sources: "src/rules", tests: ["test/rules"] },
  onboarding: { sources: "src/onboarding", tests: ["test/onboarding", "test/faults"] },
} as const;

export type Part = keyof typeof parts;
