import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileObjectStore } from "../../src/local/object-store.ts";

/** A store of files in a folder of its own, and a server for what it grants. */
export async function startFiles(onUpload?: (notification: object) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), "muster-objects-"));
  const secret = randomBytes(32).toString("hex");
  const server = createServer((request, response) => {
    void store.handle(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const at = (now: () => Date) =>
    createFileObjectStore({ folder, baseUrl, secret, now, ...(onUpload && { onUpload }) });
  const store = at(() => new Date());
  return {
    folder,
    baseUrl,
    secret,
    store,
    at,
    close: async () => {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
