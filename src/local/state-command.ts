const defaultFolder = ".muster";

/** How to start the local cloud of a folder, for people to copy. */
export function toStartCommand(stateFolder: string): string {
  return stateFolder === defaultFolder ? "npm start" : `npm start -- ${toFlag(stateFolder)}`;
}

/** How to forget what a folder holds. */
export function toResetCommand(stateFolder: string): string {
  const command = "muster local reset";
  return stateFolder === defaultFolder ? command : `${command} ${toFlag(stateFolder)}`;
}

function toFlag(stateFolder: string): string {
  const isPlain = /^[\w./@-]+$/.test(stateFolder);
  return `--state ${isPlain ? stateFolder : `'${stateFolder.replaceAll("'", "'\\''")}'`}`;
}
