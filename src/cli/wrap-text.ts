const width = 80;

/** Breaks a text into lines of at most 80 columns, each indented; a longer word stays whole. */
export function wrapText(text: string, indent: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && longer.length > width - indent) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((each) => " ".repeat(indent) + each);
}
