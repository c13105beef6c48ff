import { describe, expect, test } from "vitest";
import { updateSubject } from "../../src/access/subjects.ts";
import { createSubjects } from "../support/memory-subjects.ts";

const audit = { action: "renamed", actor: "operator:eve", at: "", evidence: {} };

describe("updateSubject", () => {
  test("writes the new value with its audit record", async () => {
    const { read, write, values, events } = createSubjects<string>();
    const change = (current: string | undefined) => ({ value: `${current}+`, audit });
    expect(await updateSubject("a", read, write, change)).toBe("undefined+");
    expect(await updateSubject("a", read, write, change)).toBe("undefined++");
    expect(values.get("a")).toBe("undefined++");
    expect(events).toEqual([
      { id: "a", ...audit },
      { id: "a", ...audit },
    ]);
  });

  test("writes nothing where there is nothing to audit", async () => {
    const { read, write, values } = createSubjects<string>();
    expect(await updateSubject("a", read, write, () => ({ value: "same" }))).toBe("same");
    expect(values.size).toBe(0);
  });

  test("changes what it reads anew when somebody else was faster, five times at most", async () => {
    const patient = createSubjects<string>(4);
    let changes = 0;
    const change = async () => {
      changes += 1;
      return { value: `v${changes}`, audit };
    };
    expect(await updateSubject("a", patient.read, patient.write, change)).toBe("v5");
    const hopeless = createSubjects<string>(5);
    await expect(updateSubject("a", hopeless.read, hopeless.write, change)).rejects.toMatchObject({
      code: "STATE_CHANGED",
      message: expect.stringContaining('"a"'),
    });
    expect(changes).toBe(10);
    expect(hopeless.values.size).toBe(0);
  });
});
