import { MusterError } from "../rules/errors.ts";

/** The local cloud reaches nothing but this machine. @throws MusterError ENDPOINT_NOT_LOCAL */
export function checkLoopback(endpoint: string): void {
  if (isLoopback(endpoint)) return;
  throw new MusterError(
    "ENDPOINT_NOT_LOCAL",
    `${endpoint} is not on this machine. The local cloud speaks to 127.0.0.1 only.`,
    { details: { endpoint } },
  );
}

/** Whether a URL is of this machine by its very form. */
export function isLoopback(endpoint: string): boolean {
  const hostname = URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  return ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
}
