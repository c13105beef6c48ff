import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { isTokenText } from "../../access/tokens/token-text.ts";
import { MusterError } from "../../rules/errors.ts";
import { readFile } from "../read-files.ts";

/** Reads a token from a file of its own. @throws MusterError FILE_UNREADABLE, TOKEN_MISSING, TOKEN_REFUSED */
export function readTokenFile(path: string): string {
  return checkToken(readFile(path).toString("utf8"), `${path} is empty.`);
}

/**
 * Asks for a token: at a terminal without showing it, else what is piped in.
 *
 * @throws MusterError TOKEN_MISSING, TOKEN_REFUSED
 */
export async function askToken(): Promise<string> {
  const given = process.stdin.isTTY ? await prompt("Token: ") : await text(process.stdin);
  return checkToken(given, "No token was given. Pipe it in, or type it.");
}

/** A slip of the hand is told before anything is sent. Other issuers' tokens have a form of their own. */
function checkToken(given: string, ifEmpty: string): string {
  const token = given.trim();
  if (token === "") throw new MusterError("TOKEN_MISSING", ifEmpty);
  if (token.startsWith("muster_") && !isTokenText(token)) {
    throw new MusterError(
      "TOKEN_REFUSED",
      "The token is not whole: its checksum is wrong. Copy all of it.",
    );
  }
  return token;
}

async function prompt(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const input = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise((resolve, reject) => {
      input.once("line", resolve);
      input.once("SIGINT", () => reject(new MusterError("TOKEN_MISSING", "No token was given.")));
      input.once("close", () => resolve(""));
    });
  } finally {
    input.close();
    process.stderr.write("\n");
  }
}
