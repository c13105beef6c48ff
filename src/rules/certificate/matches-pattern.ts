/**
 * Tells whether the whole of `value` fits a pattern, in which `*` is any text, also none, `?` one
 * character, `#` one digit from 0 to 9, and `\` makes the next character an ordinary one.
 *
 * Case counts. Only the last `*` is ever tried again, so the time is at worst the product of the two
 * lengths, whatever the pattern.
 */
export function matchesPattern(pattern: string, value: string): boolean {
  const parts = toParts(pattern);
  const characters = Array.from(value);
  let part = 0;
  let at = 0;
  let star = -1;
  let starEnd = 0;
  while (at < characters.length) {
    const current = parts[part];
    if (current === anyText) {
      star = part;
      starEnd = at;
      part += 1;
    } else if (current?.(characters[at] ?? "")) {
      part += 1;
      at += 1;
    } else if (star >= 0) {
      starEnd += 1;
      at = starEnd;
      part = star + 1;
    } else {
      return false;
    }
  }
  return parts.slice(part).every((rest) => rest === anyText);
}

type Part = (character: string) => boolean;

const anyText: Part = () => true;
const anyCharacter: Part = () => true;
const digit: Part = (character) => character >= "0" && character <= "9";

function toParts(pattern: string): readonly Part[] {
  return [...pattern.matchAll(/\\?(.)/gsu)].map(([text, character]) => {
    if (text === "*") return anyText;
    if (text === "?") return anyCharacter;
    if (text === "#") return digit;
    return (candidate) => candidate === character;
  });
}
