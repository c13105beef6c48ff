import type { RuleStatement } from "./parse-statement.ts";
import type { RuleMessage } from "./topic-rule.ts";

/** As AWS says it of what did not come over MQTT. */
export const noClientId = "n/a";

/**
 * Applies a statement to a message that matches its topic filter.
 *
 * `*` alone hands the payload on as it is, JSON or not. A field can be added to a JSON object, and
 * to an empty payload.
 *
 * @returns undefined when a field cannot be added; such a message goes to no action.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/binary-payloads.html
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-clientid
 */
export function evaluateStatement(
  { clientIdAlias }: RuleStatement,
  { payload, clientId = noClientId }: RuleMessage,
): Uint8Array | undefined {
  if (clientIdAlias === undefined) return payload;
  const fields = payload.length === 0 ? {} : parseObject(payload);
  if (fields === undefined) return undefined;
  return Buffer.from(JSON.stringify({ ...fields, [clientIdAlias]: clientId }));
}

function parseObject(payload: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString());
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value : undefined;
  } catch {
    return undefined;
  }
}
