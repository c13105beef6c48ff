/**
 * A command as a clone runs it, of one that begins with `muster`.
 *
 * npm prints what it runs, which a pipe must not get.
 */
export function toRunnable(line: string): string {
  const npm = /[|>]/.test(line.replaceAll(/<[^<>]*>/g, "")) ? "npm run -s" : "npm run";
  return line.replace(/^muster /, `${npm} muster -- `);
}

/** Makes commands in a sentence such as a clone runs: those in backticks, and one that it ends with. */
export function toRunnableText(text: string): string {
  return text
    .replaceAll(/`(muster [^`]+)`/g, (_, command: string) => toRunnable(command))
    .replaceAll("`", "")
    .replace(/(?<=: )muster [a-z].*$/s, toRunnable);
}
