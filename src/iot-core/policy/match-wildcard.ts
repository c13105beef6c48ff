const anyText = Symbol("*");
const anyCharacter = Symbol("?");

/** One literal character, or a wildcard. */
export type PatternToken = string | typeof anyText | typeof anyCharacter;

/** Reads `*` as any text and `?` as any one character; everything else stands for itself. */
export function toPattern(text: string): readonly PatternToken[] {
  return Array.from(text, (character) => {
    if (character === "*") return anyText;
    return character === "?" ? anyCharacter : character;
  });
}

/**
 * Tells whether a pattern covers the whole of a text.
 *
 * Only the last `*` is ever tried again, so that no pattern makes it slower than
 * pattern length × text length.
 */
export function matchesWildcard(pattern: readonly PatternToken[], text: string): boolean {
  const characters = Array.from(text);
  let token = 0;
  let position = 0;
  let afterStar = -1;
  let starEnd = 0;
  while (position < characters.length) {
    const expected = pattern[token];
    if (expected === anyText) {
      token += 1;
      afterStar = token;
      starEnd = position;
    } else if (expected === anyCharacter || expected === characters[position]) {
      token += 1;
      position += 1;
    } else if (afterStar >= 0) {
      starEnd += 1;
      position = starEnd;
      token = afterStar;
    } else {
      return false;
    }
  }
  return pattern.slice(token).every((rest) => rest === anyText);
}
