import { describe, expect, test } from "vitest";
import { createMappings } from "../../../src/access/mappings/manage-mappings.ts";
import type { SavedMappings } from "../../../src/rules/batch/saved-mapping.ts";
import type { Manufacturer } from "../../../src/rules/decision/ledger.ts";
import { createSubjects } from "../../support/memory-subjects.ts";

const at = "2026-05-01T00:00:00.000Z";
const later = "2026-05-01T00:00:00.001Z";
const always = () => {};

function setup(mappings?: SavedMappings) {
  const subjects = createSubjects<Manufacturer>();
  const acme: Manufacturer = { id: "acme", name: "Acme", status: "active", issuers: [] };
  subjects.values.set("acme", { ...acme, ...(mappings && { mappings }) });
  const actor = "token:eve";
  return { ...subjects, mappings: createMappings({ ...subjects, now: () => new Date(at), actor }) };
}

describe("mappings of a manufacturer", () => {
  test("are saved, shown, listed by name and recorded; the same again changes nothing", async () => {
    const { mappings, events } = setup();
    const saved = await mappings.save("acme", "reel", { cert: "Zertifikat", id: "SN" }, always);
    expect(saved).toEqual({
      name: "reel",
      cert: "Zertifikat",
      id: "SN",
      savedAt: at,
      savedBy: "token:eve",
    });
    expect(await mappings.save("acme", "reel", { id: "SN", cert: "Zertifikat" }, always)).toEqual(
      saved,
    );
    await mappings.save("acme", "board", { cert: "c" }, always);
    expect(await mappings.get("acme", "reel")).toEqual(saved);
    expect((await mappings.list("acme")).map(({ name }) => name)).toEqual(["board", "reel"]);
    expect(events.map(({ action, evidence }) => [action, evidence])).toEqual([
      ["mapping-saved", { mapping: "reel", cert: "Zertifikat", id: "SN" }],
      ["mapping-saved", { mapping: "board", cert: "c" }],
    ]);
  });

  test("have a revision that every saving makes greater, at the same moment too", async () => {
    const { mappings } = setup();
    const seen: number[] = [];
    const look = (revision: number) => void seen.push(revision);
    await mappings.save("acme", "reel", { cert: "a" }, look);
    expect((await mappings.save("acme", "reel", { cert: "b" }, look)).savedAt).toBe(later);
    await mappings.remove("acme", "reel", look);
    expect(seen).toEqual([0, Date.parse(at), Date.parse(later)]);
  });

  test("are changed and removed only as they were seen", async () => {
    const { mappings, events } = setup({ reel: { cert: "a", savedAt: at, savedBy: "x" } });
    const refuse = () => {
      throw new Error("seen otherwise");
    };
    await expect(mappings.save("acme", "reel", { cert: "b" }, refuse)).rejects.toThrow("otherwise");
    await expect(mappings.remove("acme", "reel", refuse)).rejects.toThrow("otherwise");
    expect(events).toEqual([]);
    await mappings.remove("acme", "reel", always);
    expect(await mappings.list("acme")).toEqual([]);
    expect(events).toMatchObject([{ action: "mapping-removed", evidence: { mapping: "reel" } }]);
  });

  test.for(["reel", "constructor", "__proto__"])(
    "that are none are said to be: %s",
    async (name) => {
      const { mappings } = setup();
      const unknown = { code: "MAPPING_UNKNOWN" };
      await expect(mappings.get("acme", name)).rejects.toMatchObject(unknown);
      await expect(mappings.remove("acme", name, always)).rejects.toMatchObject(unknown);
      await expect(mappings.list("nobody")).rejects.toMatchObject({ code: "MANUFACTURER_UNKNOWN" });
    },
  );

  test.for([
    ["that say nothing", "reel", {}],
    ["with a name in capitals", "Reel", { cert: "a" }],
    ["with a name that is a path", "../x", { cert: "a" }],
    ["that name nothing", "reel", { cert: " " }],
    ["that name a column twice", "reel", { cert: "a", id: "a" }],
    ["with control characters", "reel", { cert: "a\u0000" }],
    ["that are too long", "reel", { cert: "a".repeat(201) }],
  ] as const)("are refused %s", async ([, name, mapping]) => {
    const { mappings, events } = setup();
    await expect(mappings.save("acme", name, mapping, always)).rejects.toMatchObject({
      code: "MAPPING_INVALID",
    });
    expect(events).toEqual([]);
  });

  test("are fifty at most", async () => {
    const many = Array.from({ length: 50 }, (_, at) => [
      `m-${at}`,
      { cert: "a", savedAt: later, savedBy: "x" },
    ]);
    const { mappings } = setup(Object.fromEntries(many) as SavedMappings);
    await expect(mappings.save("acme", "more", { cert: "a" }, always)).rejects.toMatchObject({
      code: "MAPPING_INVALID",
    });
    await mappings.save("acme", "m-1", { cert: "b" }, always);
  });
});
