import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program is on the path; says so where a test skips for want of it. */
export function hasCommand(name: string): boolean {
  const found = (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (!found) process.stderr.write(`(skipped: ${name} is not installed)\n`);
  return found;
}
