import { hash } from "node:crypto";
import type { BatchView, OpenedBatch } from "../../../src/batches/batch-use-cases.ts";
import { eventually } from "../report.ts";
import type { Clients } from "./create-clients.ts";

/** A deployed HTTP API, as who has a token sees it. */
export interface Api {
  /** @throws Error for another status than one of 2xx, with the answer. */
  readonly call: <T>(method: string, path: string, body?: object) => Promise<T>;
  /** @returns the status of whatever is answered. */
  readonly status: (method: string, path: string, body?: object) => Promise<number>;
  /** Opens a batch, with its content where it is given inline. */
  readonly open: (manifest: Buffer, options: OpenOptions) => Promise<OpenedBatch>;
  /** @returns the batch once it stands there. @throws Error when it failed. */
  readonly until: (batch: string, status: BatchView["status"]) => Promise<BatchView>;
}

interface OpenOptions {
  readonly profile: string;
  readonly inline: boolean;
}

interface ApiOptions {
  readonly url: string;
  /** None where nobody asks. */
  readonly token?: string;
  readonly patienceMs: number;
}

export function createApi({ curl }: Clients, { url, token, patienceMs }: ApiOptions): Api {
  const ask = (method: string, path: string, body?: object) =>
    curl({
      method,
      url: `${url}${path}`,
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        // Nobody but the scenario works on the stage.
        ...(method === "PUT" && { "if-none-match": "*" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const call: Api["call"] = async (method, path, body) => {
    const { status, text } = await ask(method, path, body);
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${text}`);
    return JSON.parse(text);
  };
  return {
    call,
    status: async (method, path, body) => (await ask(method, path, body)).status,
    open: (manifest, { profile, inline }) =>
      call("POST", "/v1/batches", {
        profile,
        fileName: "delivery.pem",
        bytes: manifest.length,
        sha256: hash("sha256", manifest, "hex"),
        ...(inline && { content: manifest.toString("base64") }),
      }),
    until: (batch, status) =>
      eventually(
        async () => {
          const view = await call<BatchView>("GET", `/v1/batches/${batch}`);
          if (view.status === status) return view;
          throw new Error(`it is ${view.status}${view.problem ? `: ${view.problem.message}` : ""}`);
        },
        { patienceMs },
      ),
  };
}
