/** Characters that terminals give two columns, near enough. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const widthless = /\p{Mn}/u;

/**
 * Makes text from elsewhere safe to print: devices choose their client ids, topics and subjects, and a
 * terminal obeys control characters.
 */
export function toPrintable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\ufffd");
}

/** @returns columns on a terminal, of text without colours. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfOne(character);
  return width;
}

/** Cuts text without colours to so many columns, and says so with an ellipsis. */
export function cutToWidth(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let cut = "";
  let width = 1;
  for (const character of text) {
    width += widthOfOne(character);
    if (width > columns) break;
    cut += character;
  }
  return columns < 1 ? "" : `${cut.trimEnd()}…`;
}

/** Breaks text between words; a word that is too long keeps a line of its own. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Breaks text between words, and words that are wider than the columns wherever they have to be. */
export function wrapWhole(text: string, columns: number): readonly string[] {
  const pieces = text.split(" ").flatMap((word) => breakWord(word, Math.max(columns, 2)));
  return wrap(pieces.join(" "), columns);
}

function breakWord(word: string, columns: number): readonly string[] {
  if (widthOf(word) <= columns) return [word];
  const pieces: string[] = [];
  let piece = "";
  for (const character of word) {
    if (widthOf(piece) + widthOfOne(character) > columns) {
      pieces.push(piece);
      piece = "";
    }
    piece += character;
  }
  return [...pieces, piece];
}

function widthOfOne(character: string): number {
  if (widthless.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
