/** How long commands work before they give up. What is left undone, healing does. */
export const timeLimits = { actMs: 60_000, healMs: 600_000 } as const;
