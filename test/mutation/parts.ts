/** What is mutated together, and the tests that have to notice. */
export const parts = {
  rules: { sources: "src/rules", tests: ["test/rules"] },
  // The fault tests see the saga against real servers, half a minute for each mutant; here its own do.
  onboarding: { sources: "src/onboarding", tests: ["test/onboarding"] },
} as const;

export type Part = keyof typeof parts;
