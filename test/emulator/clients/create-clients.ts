import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AskAccount, Target } from "../targets/target.ts";

/** The programs that the scenario is played with. Nothing of Muster's is among them but its commands. */
export interface Clients {
  /** `aws <words>`; empty answers are `{}`. */
  readonly aws: AskAccount;
  /** `muster --stage <stage> --json <words>` */
  readonly muster: <T>(stage: string, ...words: readonly string[]) => Promise<T>;
  readonly curl: (request: CurlRequest) => Promise<Answer>;
  /** @param folder where it runs. */
  readonly run: (program: string, words: readonly string[], folder?: string) => Promise<string>;
  /** Writes what a program is to read. @returns its path */
  readonly write: (name: string, content: string | Uint8Array) => string;
}

interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const limits = { timeout: 1_200_000, maxBuffer: 64 * 1024 * 1024 };

/** @param folder for the files that programs read; tokens are handed over in such. */
export function createClients(target: Target, folder: string): Clients {
  const run: Clients["run"] = async (program, words, cwd) => {
    const options = { ...limits, env: target.env, ...(cwd !== undefined && { cwd }) };
    const { stdout } = await promisify(execFile)(program, words, options);
    return stdout;
  };
  let files = 0;
  const write = (name: string, content: string | Uint8Array) => {
    files += 1;
    const path = join(folder, `${files}-${name}`);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  // For some services the command does not look at the variable.
  const { AWS_ENDPOINT_URL: url } = target.env;
  const endpoint = url === undefined ? [] : ["--endpoint-url", url];
  const trust = target.trusted === undefined ? [] : ["--cacert", target.trusted];
  return {
    run,
    write,
    aws: async (...words) => {
      const general = ["--region", target.region, "--output", "json", ...endpoint];
      return JSON.parse((await run("aws", [...words, ...general])) || "{}");
    },
    muster: async (stage, ...words) => {
      const general = ["bin/muster.js", "--stage", stage, "--region", target.region, "--json"];
      return JSON.parse(await run(process.execPath, [...general, ...words]));
    },
    curl: async ({ method, url, headers = {}, body }) => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
      const general = ["--silent", "--show-error", "--max-time", "60", ...trust];
      const request = ["--request", method, "--header", `@${write("headers", lines.join(""))}`];
      const data = body === undefined ? [] : ["--data-binary", `@${write("body", body)}`];
      const answer = ["--write-out", "\\n%{http_code}", url];
      const text = await run("curl", [...general, ...request, ...data, ...answer]);
      const end = text.lastIndexOf("\n");
      return { status: Number(text.slice(end + 1)), text: text.slice(0, end) };
    },
  };
}
