import { expect, test } from "vitest";
import { rememberByBytes } from "../../../src/rules/certificate/remember-by-bytes.ts";

function setup(limits: { readonly entries: number; readonly bytes: number }) {
  const read: string[] = [];
  const remembered = rememberByBytes((bytes) => {
    const text = Buffer.from(bytes).toString("hex");
    read.push(text);
    return { text };
  }, limits);
  return { read, of: (hex: string) => remembered(new Uint8Array(Buffer.from(hex, "hex"))).text };
}

test("the same bytes are read once, others by themselves", () => {
  const { read, of } = setup({ entries: 8, bytes: 8 });
  expect(["01ff", "01ff", "01fe", "01ff"].map(of)).toEqual(["01ff", "01ff", "01fe", "01ff"]);
  expect(read).toEqual(["01ff", "01fe"]);
});

test("bytes within others are told by what they are, not where", () => {
  const { read } = setup({ entries: 8, bytes: 8 });
  const whole = Uint8Array.of(1, 2, 1, 2);
  const remembered = rememberByBytes((bytes) => read.push(bytes.join()), { entries: 8, bytes: 8 });
  remembered(whole.subarray(0, 2));
  remembered(whole.subarray(2, 4));
  expect(read).toEqual(["1,2"]);
});

test("what is longer than the limit is read every time", () => {
  const { read, of } = setup({ entries: 8, bytes: 2 });
  for (const hex of ["0102", "0102", "010203", "010203"]) of(hex);
  expect(read).toEqual(["0102", "010203", "010203"]);
});

test("beyond the limit all is forgotten, and no answer changes", () => {
  const { read, of } = setup({ entries: 2, bytes: 8 });
  for (const hex of ["01", "02", "01", "03", "01"]) expect(of(hex)).toBe(hex);
  expect(read).toEqual(["01", "02", "03", "01"]);
});

test("what cannot be read fails every time", () => {
  const remembered = rememberByBytes(
    () => {
      throw new Error("unreadable");
    },
    { entries: 2, bytes: 8 },
  );
  for (let times = 0; times < 2; times += 1) {
    expect(() => remembered(Uint8Array.of(1))).toThrow("unreadable");
  }
});
