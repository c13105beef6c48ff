import { checkTopicFilter, parseSharedFilter } from "../listener/check-topic.ts";

/** `SELECT * FROM '<topicFilter>'`, or `SELECT *, clientid() AS <clientIdAlias> FROM …`. */
export interface RuleStatement {
  readonly topicFilter: string;
  readonly clientIdAlias?: string;
}

/** Why a statement is not taken. */
export interface StatementProblem {
  readonly problem: string;
}

/** Chosen; AWS documents none but the rule's. */
const maximumLength = 4096;
const clauses = /^SELECT\s+(?<selection>.+?)\s+FROM\s+(?<source>.+)$/is;
const quoted = /^'(?<topicFilter>[^']*)'(?<rest>.*)$/s;
const clientId = /^clientid\(\s*\)\s+AS\s+(?<alias>[A-Za-z_]\w*)$/i;

/**
 * Reads a statement of AWS IoT SQL.
 *
 * Supported are `*`, one `clientid()` beside it, and a topic filter. What AWS has beyond that is
 * refused by name, never ignored.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html
 */
export function parseStatement(sql: string): RuleStatement | StatementProblem {
  if (sql.length > maximumLength) return notSupported(`A statement of ${sql.length} characters`);
  const { selection = "", source = "" } = clauses.exec(sql.trim())?.groups ?? {};
  if (selection === "") return { problem: "Expected: SELECT … FROM '<topic filter>'" };
  const { topicFilter, rest = "" } = quoted.exec(source)?.groups ?? {};
  if (topicFilter === undefined) {
    return { problem: "FROM must be followed by a topic filter in single quotes" };
  }
  const unfit = checkTopicFilter(topicFilter);
  if (unfit !== undefined) return { problem: `The topic filter '${topicFilter}' ${unfit}` };
  if (parseSharedFilter(topicFilter) !== undefined) {
    return {
      problem: `The topic filter '${topicFilter}' is a shared subscription; rules have none`,
    };
  }
  if (rest.trim() !== "") return notSupported(`"${rest.trim()}" after the topic filter`);

  const [first, second, ...others] = selection.split(",").map((item) => item.trim());
  if (first !== "*") return notSupported(`"SELECT ${first}"`);
  if (second === undefined) return { topicFilter };
  const alias = clientId.exec(second)?.groups?.["alias"];
  if (alias === undefined) return notSupported(`"${second}" in the SELECT clause`);
  if (others.length > 0) return notSupported(`"${others.join(", ")}" in the SELECT clause`);
  return { topicFilter, clientIdAlias: alias };
}

function notSupported(what: string): StatementProblem {
  return {
    problem: `${what} is not supported by this stand-in for AWS IoT Core: only * and clientid() AS <name> are, from a topic filter without conditions`,
  };
}
