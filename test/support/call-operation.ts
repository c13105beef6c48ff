import type { Member } from "./check-shape.ts";
import type { RawResponse, ServiceModel } from "./service-model.ts";

export interface Call {
  readonly model: ServiceModel;
  readonly operation: string;
  /** Members of the operation's input by their names; a payload of bytes as text. */
  readonly input?: Readonly<Record<string, unknown>>;
}

/** Sends a request as the service model says, unsigned; returns the answer as it came. */
export async function callOperation(url: string, call: Call): Promise<RawResponse> {
  const known = call.model.operations[call.operation];
  if (known === undefined) throw new Error(`The model has no operation ${call.operation}`);
  const shape = known.input && call.model.shapes[known.input.shape];
  const parts = {
    path: known.http.requestUri,
    query: new URLSearchParams(),
    headers: new Headers(),
  };
  const body: Record<string, unknown> = {};
  let payload: string | undefined;
  for (const [name, value] of Object.entries(call.input ?? {})) {
    const member = shape?.members?.[name];
    if (name === shape?.payload)
      payload = typeof value === "string" ? value : JSON.stringify(value);
    else if (member?.location === undefined) body[member?.locationName ?? name] = value;
    else place(parts, member, name, value);
  }
  if (Object.keys(body).length > 0) payload = JSON.stringify(body);
  const response = await fetch(`${url}${parts.path}?${parts.query.toString()}`, {
    method: known.http.method,
    headers: parts.headers,
    ...(payload !== undefined && { body: payload }),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

function place(
  parts: { path: string; readonly query: URLSearchParams; readonly headers: Headers },
  { location, locationName = "", jsonvalue }: Member,
  name: string,
  value: unknown,
): void {
  const text = jsonvalue ? Buffer.from(JSON.stringify(value)).toString("base64") : String(value);
  if (location === "uri") {
    parts.path = parts.path.replace(`{${locationName || name}}`, encodeURIComponent(text));
  } else if (location === "header") parts.headers.set(locationName, text);
  else parts.query.set(locationName, text);
}
