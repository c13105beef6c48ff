import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "./aws-error.ts";

const address = /^(\[[0-9a-f:.]+\]|\d{1,3}(\.\d{1,3}){3})$/;
/** One label, or under a name that the DNS of the internet does not give away (RFC 6761, RFC 6762). */
const privateName = /^([^.]+|.*\.(localhost|local|internal))$/;

/**
 * Refuses pages of the web. A browser sends here for any page, though it does not show it the answer;
 * to a page whose own name leads here it does.
 *
 * @throws NotImplementedException
 */
export function checkCaller({ origin, host = "" }: IncomingHttpHeaders): void {
  if (origin !== undefined) throw refused("Calls from web pages, which send an Origin, are");
  const name = host.replace(/:\d+$/, "").toLowerCase();
  // A browser always says whom it calls.
  if (name === "" || address.test(name) || privateName.test(name)) return;
  throw refused(`The host name ${name}, which may be a web page's, is`);
}

function refused(what: string): AwsError {
  return new AwsError(
    "NotImplementedException",
    `${what} not supported by this stand-in for AWS IoT Core: call it from a program, by 127.0.0.1 or localhost`,
  );
}
