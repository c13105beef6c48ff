import { dirname } from "node:path";
import { MusterError } from "../rules/errors.ts";
import { toResetCommand } from "./state-command.ts";

/**
 * The refusal of a database that cannot be read.
 *
 * One without the other says of devices that they are in, or out, when they are not.
 */
export function stateDamaged(file: string, cause: unknown): MusterError {
  return new MusterError(
    "STATE_DAMAGED",
    `${file} is no database of this version, or a damaged one. iot-core.sqlite and dynamodb.sqlite belong together: start over with: ${toResetCommand(dirname(file))}\nor move the whole folder away.`,
    { cause, details: { file } },
  );
}
