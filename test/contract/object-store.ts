import { describe } from "vitest";
import { describeLargeObjects } from "./large-objects.ts";
import { describeDownloads } from "./object-downloads.ts";
import { describeObjects } from "./object-files.ts";
import { type ObjectStoreSubject, setUpStore } from "./object-store-under-test.ts";
import { describeUploads } from "./object-uploads.ts";

/** What every object store has to keep, whatever it is made of. */
export function describeObjectStore(name: string, start: () => Promise<ObjectStoreSubject>): void {
  describe(name, () => {
    const on = setUpStore(start);
    describeUploads(on);
    describeObjects(on);
    describeDownloads(on);
    describeLargeObjects(on);
  });
}
