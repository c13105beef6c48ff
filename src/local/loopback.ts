import { MusterError } from "../rules/errors.ts";

/** The local cloud reaches nothing but this machine. @throws MusterError ENDPOINT_NOT_LOCAL */
export function checkLoopback(endpoint: string): void {
  const hostname = URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  if (["127.0.0.1", "[::1]", "localhost"].includes(hostname)) return;
  throw new MusterError(
    "ENDPOINT_NOT_LOCAL",
    `${endpoint} is not on this machine. The local cloud speaks to 127.0.0.1 only.`,
    { details: { endpoint } },
  );
}
