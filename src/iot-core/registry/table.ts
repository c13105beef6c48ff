import type { DatabaseSync, SQLInputValue } from "node:sqlite";

type Parameters = Readonly<Record<string, SQLInputValue>>;

/** A prepared query whose rows have the shape `Row`. */
export interface Query<Row> {
  all(parameters?: Parameters): Row[];
  get(parameters?: Parameters): Row | undefined;
  /** Reads row by row, only as far as the caller goes. */
  each(parameters?: Parameters): Iterable<Row>;
}

/**
 * Prepares a query once.
 *
 * `Row` is trusted: every table is STRICT, so SQLite itself holds the types of the columns.
 */
export function prepareQuery<Row>(database: DatabaseSync, sql: string): Query<Row> {
  const statement = database.prepare(sql);
  return {
    all: (parameters = {}) => statement.all(parameters) as unknown as Row[],
    get: (parameters = {}) => statement.get(parameters) as unknown as Row | undefined,
    each: (parameters = {}) => statement.iterate(parameters) as unknown as Iterable<Row>,
  };
}

/** Prepares a change once. */
export function prepareChange(
  database: DatabaseSync,
  sql: string,
): (parameters: Parameters) => void {
  const statement = database.prepare(sql);
  return (parameters) => {
    statement.run(parameters);
  };
}

/** Prepares `INSERT INTO table` for these columns, with one parameter of the same name for each. */
export function prepareInsert(
  database: DatabaseSync,
  table: string,
  columns: readonly string[],
): (parameters: Parameters) => void {
  const values = columns.map((column) => `:${column}`);
  return prepareChange(
    database,
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values.join(", ")})`,
  );
}
