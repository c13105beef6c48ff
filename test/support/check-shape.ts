/** A shape of a botocore service model; only what checkShape reads. */
export interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly payload?: string;
  readonly error?: { readonly httpStatusCode: number };
}

export interface Member {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  /** JSON in base64. */
  readonly jsonvalue?: boolean;
}

export type Shapes = Readonly<Record<string, Shape>>;

type Check = (shapes: Shapes, shape: Shape, value: unknown, path: string) => readonly string[];

/**
 * Checks a value that came as JSON against a shape.
 *
 * @param path where the value stands, for the texts of the problems.
 */
export const checkShape: Check = (shapes, shape, value, path) => {
  const check = checks[shape.type];
  return check === undefined
    ? [`${path}: the checker does not know the type ${shape.type}`]
    : check(shapes, shape, value, path);
};

const checkStructure: Check = (shapes, shape, value, path) => {
  if (!isRecord(value)) return [`${path}: no object`];
  const members = new Map(
    Object.entries(shape.members ?? {}).map(([name, member]) => [
      member.locationName ?? name,
      { name, member },
    ]),
  );
  const missing = [...members]
    .filter(([, { name }]) => shape.required?.includes(name))
    .filter(([key]) => (value[key] ?? undefined) === undefined)
    .map(([key]) => `${path}.${key}: required and missing`);
  const present = Object.entries(value).flatMap(([key, item]) => {
    const found = members.get(key);
    if (found === undefined) return [`${path}.${key}: unknown to the model`];
    // AWS writes null for what has no value; its clients leave it out.
    return item === null ? [] : checkMember(shapes, found.member, item, `${path}.${key}`);
  });
  return [...missing, ...present];
};

const checkList: Check = (shapes, shape, value, path) => {
  if (!Array.isArray(value)) return [`${path}: no list`];
  const items = value.flatMap((item, index) =>
    checkMember(shapes, shape.member, item, `${path}[${index}]`),
  );
  return [...checkRange(shape, value.length, `${path}: length`), ...items];
};

const checkMap: Check = (shapes, shape, value, path) => {
  if (!isRecord(value)) return [`${path}: no map`];
  const entries = Object.entries(value);
  return [
    ...checkRange(shape, entries.length, `${path}: size`),
    ...entries.flatMap(([key, item]) => [
      ...checkMember(shapes, shape.key, key, `${path}: key ${key}`),
      ...checkMember(shapes, shape.value, item, `${path}.${key}`),
    ]),
  ];
};

const checkString: Check = (_, shape, value, path) => {
  if (typeof value !== "string") return [`${path}: no string`];
  const isListed = shape.enum === undefined || shape.enum.includes(value);
  const matches = shape.pattern === undefined || toPattern(shape.pattern).test(value);
  return [
    ...checkRange(shape, Array.from(value).length, `${path}: length`),
    ...(isListed ? [] : [`${path}: ${value} is none of ${shape.enum?.join(", ")}`]),
    ...(matches ? [] : [`${path}: ${value} does not match ${shape.pattern}`]),
  ];
};

const checkBlob: Check = (_, shape, value, path) => {
  const isBase64 =
    typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  if (!isBase64) return [`${path}: not in base64`];
  return checkRange(shape, Buffer.from(value, "base64").length, `${path}: length`);
};

const checkInteger: Check = (_, shape, value, path) =>
  Number.isSafeInteger(value) ? checkRange(shape, Number(value), path) : [`${path}: no integer`];

const checkNumber: Check = (_, shape, value, path) =>
  typeof value === "number" ? checkRange(shape, value, path) : [`${path}: no number`];

const checkBoolean: Check = (_, __, value, path) =>
  typeof value === "boolean" ? [] : [`${path}: no boolean`];

/** Later than any date of AWS's in seconds, earlier than all of them in milliseconds. */
const farFutureSeconds = 1e11;

const checkTimestamp: Check = (_, __, value, path) =>
  typeof value === "number" && value < farFutureSeconds ? [] : [`${path}: no epoch seconds`];

const checks: Readonly<Record<string, Check>> = {
  structure: checkStructure,
  list: checkList,
  map: checkMap,
  string: checkString,
  blob: checkBlob,
  integer: checkInteger,
  long: checkInteger,
  double: checkNumber,
  float: checkNumber,
  boolean: checkBoolean,
  timestamp: checkTimestamp,
};

function checkMember(
  shapes: Shapes,
  member: Member | undefined,
  value: unknown,
  path: string,
): readonly string[] {
  const shape = member && shapes[member.shape];
  return shape === undefined
    ? [`${path}: the model lacks its shape`]
    : checkShape(shapes, shape, value, path);
}

function checkRange({ min, max }: Shape, size: number, path: string): readonly string[] {
  const isWithin = size >= (min ?? -Infinity) && size <= (max ?? Infinity);
  return isWithin ? [] : [`${path} ${size} is not within ${min ?? ""}..${max ?? ""}`];
}

/** Java's classes of ASCII characters, which JavaScript lacks. */
const javaClasses: readonly (readonly [name: string, characters: string])[] = [
  ["\\p{Graph}", "\\x21-\\x7e"],
  ["\\p{Cntrl}", "\\x00-\\x1f\\x7f"],
  ["\\p{Upper}", "A-Z"],
  ["\\p{Digit}", "0-9"],
];

/** AWS writes patterns for Java, and means the whole of the text. */
function toPattern(pattern: string): RegExp {
  const source = javaClasses.reduce((text, [name, set]) => text.replaceAll(name, set), pattern);
  try {
    return new RegExp(`^(?:${source})$`, "u");
  } catch {
    return new RegExp(`^(?:${source})$`);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
