/** What a description of the API says of a value: the part of JSON Schema that it uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** Enough to tell them apart; the rest is in the document. */
const longestList = 8;

/** The fields of a value, those of objects within by their path: one row of a table each. */
export function toFieldRows(schema: Schema, path = ""): readonly (readonly string[])[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).flatMap(([name, field]) => {
    const at = `${path}${name}`;
    const what = [field.description ?? "", toLimits(field)].filter((each) => each !== "");
    const row = [
      `\`${at}\``,
      toTypeText(field),
      required.includes(name) ? "yes" : "",
      what.join(" "),
    ];
    return [row, ...toInnerRows(field, at)];
  });
}

function toInnerRows(field: Schema, at: string): readonly (readonly string[])[] {
  if (field.properties) return toFieldRows(field, `${at}.`);
  if (field.items?.properties) return toFieldRows(field.items, `${at}[].`);
  return [field.anyOf, field.oneOf].flatMap((choices = []) =>
    choices.flatMap((choice) => toFieldRows(choice, `${at}.`)),
  );
}

/** What a value is, in a few words; a shape that has a name by a link to it. */
export function toTypeText(schema: Schema): string {
  const { $ref, type, items, enum: values, anyOf, oneOf } = schema;
  if ($ref !== undefined) return toShapeLink($ref);
  if (schema.const !== undefined) return toCode(schema.const);
  if (values) {
    return values.length > longestList ? "one of the codes" : values.map(toCode).join(", ");
  }
  const choices = anyOf ?? oneOf;
  if (choices) return choices.map(toTypeText).join(" or ");
  if (type === "array") return `list of ${items ? toTypeText(items) : "values"}`;
  if (typeof schema.additionalProperties === "object") {
    return `object of ${toTypeText(schema.additionalProperties)}`;
  }
  return typeof type === "object" ? type.join(" or ") : (type ?? "any");
}

function toShapeLink(reference: string): string {
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  return `[${name}](#${name.toLowerCase()})`;
}

/** Its bounds and its default, in sentences. */
export function toLimits({ minimum, maximum, maxLength, default: preset }: Schema): string {
  const limits = [
    minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
      ? `${minimum} to ${maximum}.`
      : "",
    maxLength === undefined ? "" : `Up to ${maxLength} characters.`,
    preset === undefined ? "" : `Default: ${toCode(preset)}.`,
  ];
  return limits.filter((limit) => limit !== "").join(" ");
}

const toCode = (value: unknown) =>
  `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
