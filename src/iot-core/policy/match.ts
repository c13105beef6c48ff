/**
 * Whether a part of a statement applies. `unknown` means that the stand-in cannot tell: it then
 * grants nothing and denies what the statement denies.
 */
export type Match = "yes" | "no" | "unknown";

export function allOf(matches: readonly Match[]): Match {
  if (matches.includes("no")) return "no";
  return matches.includes("unknown") ? "unknown" : "yes";
}

export function anyOf(matches: readonly Match[]): Match {
  if (matches.includes("yes")) return "yes";
  return matches.includes("unknown") ? "unknown" : "no";
}

export function not(match: Match): Match {
  if (match === "unknown") return "unknown";
  return match === "yes" ? "no" : "yes";
}
