import * as z from "zod";

type UserProperties = Readonly<Record<string, string | readonly string[]>>;

const properties = z.array(z.record(z.string(), z.string()));

/**
 * Reads user properties as the data plane takes them in a header: JSON in base64, as
 * `[{"deviceName": "alpha"}]`. A name may come several times.
 *
 * @returns undefined when they cannot be read.
 */
export function parseUserProperties(base64: string): UserProperties | undefined {
  const parsed = properties.safeParse(parseJson(Buffer.from(base64, "base64").toString()));
  if (!parsed.success) return undefined;
  const found = new Map<string, string[]>();
  for (const [name, value] of parsed.data.flatMap((each) => Object.entries(each))) {
    found.set(name, [...(found.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...found].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]),
  );
}

/** Writes user properties as the data plane answers them. */
export function encodeUserProperties(userProperties: UserProperties): string {
  const entries = Object.entries(userProperties).flatMap(([name, values]) =>
    [values].flat().map((value) => ({ [name]: value })),
  );
  return Buffer.from(JSON.stringify(entries)).toString("base64");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
