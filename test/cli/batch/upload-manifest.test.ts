import { truncateSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { OpenedBatch } from "../../../src/cli/api/batch-api.ts";
import { uploadManifest } from "../../../src/cli/batch/upload-manifest.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const bytes = 3 * 1024 * 1024;
const taken: Answer = (request, response) => {
  request.resume().on("end", () => response.end());
};
const refuses =
  (status: number, code: string): Answer =>
  (_, response) =>
    response.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
const diesHalfWay: Answer = (request) => {
  let got = 0;
  request.on("data", (chunk: Buffer) => {
    got += chunk.length;
    if (got > bytes / 2) request.socket.destroy();
  });
};

/** A store that answers uploads one after another. */
async function setup(...answers: readonly Answer[]) {
  const file = join(temporaryFolder(), "reel.csv");
  writeFileSync(file, Buffer.alloc(bytes, "x"));
  const seen: { readonly path: string; readonly length: string | undefined }[] = [];
  const server = createServer((request, response) => {
    seen.push({ path: request.url ?? "", length: request.headers["content-length"] });
    (answers[seen.length - 1] ?? taken)(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const progress: number[] = [];
  let opened = 0;
  const upload = (granted = 9, signal = new AbortController().signal) =>
    uploadManifest(
      {
        file,
        bytes,
        open: async () => {
          opened += 1;
          return toOpened(url, opened, opened <= granted);
        },
        onProgress: (done) => progress.push(done),
        signal,
      },
      { wait: async () => {}, random: () => 0 },
    );
  return { file, upload, seen, progress };
}

/** The same batch each time, with a grant of its own as long as the file is missing. */
function toOpened(url: string, time: number, isMissing: boolean): OpenedBatch {
  const headers = { "content-length": String(bytes), "if-none-match": "*" };
  const upload = { method: "PUT", url: `${url}/${time}`, headers, expiresAt: "" };
  return { batch: { id: "b" }, ...(isMissing && { upload }) } as never;
}

describe("an upload", () => {
  test("has the length that was signed, and its progress ends with all of it", async () => {
    const { upload, seen, progress } = await setup();
    expect(await upload()).toEqual({ id: "b" });
    expect(seen).toEqual([{ path: "/1", length: String(bytes) }]);
    expect(progress.at(-1)).toBe(bytes);
  });

  const passing: readonly (readonly [what: string, Answer])[] = [
    ["the connection died half-way", diesHalfWay],
    ["the grant had expired", refuses(403, "AccessDenied")],
    ["the store failed", refuses(500, "InternalError")],
    ["the store was busy", refuses(503, "SlowDown")],
  ];
  test.for(passing)("is granted anew and sent again when %s", async ([, first]) => {
    const { upload, seen } = await setup(first);
    await upload();
    expect(seen.map(({ path }) => path)).toEqual(["/1", "/2"]);
  });

  test("is not sent again when the batch has it though the answer was lost", async () => {
    const { upload, seen } = await setup(diesHalfWay);
    await upload(1);
    expect(seen).toHaveLength(1);
  });

  test("that finds the file there already is done", async () => {
    const { upload, seen } = await setup(refuses(412, "PreconditionFailed"));
    expect(await upload()).toEqual({ id: "b" });
    expect(seen).toHaveLength(1);
  });

  test("of a file that is changed meanwhile ends with the reason", async () => {
    const { upload, seen } = await setup(refuses(400, "BadDigest"));
    await expect(upload()).rejects.toMatchObject({ code: "UPLOAD_MISMATCH" });
    expect(seen).toHaveLength(1);
  });

  test("of a file that became shorter does not wait for the rest of it", async () => {
    const { upload, file } = await setup();
    truncateSync(file, 10);
    await expect(upload()).rejects.toMatchObject({
      code: "UPLOAD_FAILED",
      message: expect.stringContaining("became shorter"),
    });
  });

  test("that is refused for good is not tried again", async () => {
    const { upload, seen } = await setup(refuses(403, "SignatureDoesNotMatch"));
    await expect(upload()).rejects.toMatchObject({ code: "UPLOAD_FAILED" });
    expect(seen).toHaveLength(1);
  });

  test("is given up when it is interrupted", async () => {
    const interrupt = new AbortController();
    const { upload, seen } = await setup(() => interrupt.abort(new Error("interrupted")));
    await expect(upload(9, interrupt.signal)).rejects.toThrow("interrupted");
    expect(seen).toHaveLength(1);
  });
});
