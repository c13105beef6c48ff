const defaultFolder = ".muster";

/** How to start the local cloud of a folder, for people to copy. */
export function toStartCommand(stateFolder: string): string {
  return stateFolder === defaultFolder ? "npm start" : `npm start -- ${toFlag(stateFolder)}`;
}

/** How to forget what a folder holds. */
export function toResetCommand(stateFolder: string): string {
  return toCommand("local reset", stateFolder);
}

/** How to run a command of this program, in a clone, on the local cloud of a folder. */
export function toCommand(words: string, stateFolder: string): string {
  return withFlag(`npm run muster -- ${words}`, stateFolder);
}

/** The same, where a program reads what it prints: npm would add what it runs. */
export function toPipedCommand(words: string, stateFolder: string): string {
  return withFlag(`npm run -s muster -- ${words}`, stateFolder);
}

function withFlag(command: string, stateFolder: string): string {
  return stateFolder === defaultFolder ? command : `${command} ${toFlag(stateFolder)}`;
}

function toFlag(stateFolder: string): string {
  const isPlain = /^[\w./@-]+$/.test(stateFolder);
  return `--state ${isPlain ? stateFolder : `'${stateFolder.replaceAll("'", "'\\''")}'`}`;
}
