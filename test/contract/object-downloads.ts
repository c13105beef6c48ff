import { describe, expect, test } from "vitest";
import { hour, type StoreUnderTest } from "./object-store-under-test.ts";

/** What URLs for downloads are good for. */
export function describeDownloads(on: StoreUnderTest): void {
  const { newKey, readText } = on;

  describe("a download that was granted", () => {
    const download = (key: string, fileName = "report.csv") => ({
      key,
      fileName,
      contentType: "text/csv; charset=utf-8",
      expiresAt: new Date(Date.now() + hour),
    });

    test("gives the object under the name and type that were granted", async () => {
      const key = newKey();
      await on.store.write(key, [Buffer.from("a,b")]);
      const answer = await fetch(await on.store.createDownload(download(key)));
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
      expect(answer.headers.get("cache-control")).toBe("private, no-store");
      expect(answer.headers.get("content-disposition")).toBe(
        "attachment; filename=\"report.csv\"; filename*=UTF-8''report.csv",
      );
      expect(await answer.text()).toBe("a,b");
    });

    test("is safe whatever the name of the file", async () => {
      const key = newKey();
      await on.store.write(key, [Buffer.from("a")]);
      const name = '../é"\r\nset-cookie: x.csv';
      const answer = await fetch(await on.store.createDownload(download(key, name)));
      expect(answer.headers.get("set-cookie")).toBeNull();
      expect(answer.headers.get("content-disposition")).toBe(
        "attachment; filename=\"_____set-cookie_ x.csv\"; filename*=UTF-8''_%C3%A9___set-cookie_%20x.csv",
      );
    });

    test("is over when its time is", async () => {
      const key = newKey();
      await on.store.write(key, [Buffer.from("a")]);
      const earlier = on.at(() => new Date(Date.now() - hour));
      const grant = { ...download(key), expiresAt: new Date(Date.now() - hour / 2) };
      const url = await earlier.createDownload(grant);
      expect((await fetch(url)).status).toBe(403);
    });

    test("of what is not there is not found", async () => {
      expect((await fetch(await on.store.createDownload(download("acme/none")))).status).toBe(404);
    });

    test("is for reading only", async () => {
      const key = newKey();
      await on.store.write(key, [Buffer.from("a")]);
      const url = await on.store.createDownload(download(key));
      expect((await fetch(url, { method: "PUT", body: "b" })).status).toBe(403);
      expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
      expect(await readText(key)).toBe("a");
    });
  });
}
