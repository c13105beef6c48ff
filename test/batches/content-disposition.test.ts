import fc from "fast-check";
import { expect, test } from "vitest";
import { toContentDisposition } from "../../src/batches/content-disposition.ts";

test.for([
  ["report.csv", "report.csv", "report.csv"],
  ["Prüfung 100%.csv", "Pr_fung 100_.csv", "Pr%C3%BCfung%20100%25.csv"],
  ["../../etc/passwd", "_.._etc_passwd", "_.._etc_passwd"],
  ["C:\\con.txt", "C__con.txt", "C__con.txt"],
  ['a"; filename=b', "a_; filename=b", "a_%3B%20filename%3Db"],
  ["a\r\nSet-Cookie: b", "a__Set-Cookie_ b", "a__Set-Cookie_%20b"],
  ["it's (1)*.csv", "it's (1)_.csv", "it%27s%20%281%29_.csv"],
  ["\u202Egpj.exe", "_gpj.exe", "_gpj.exe"],
  ["📦.json", "__.json", "%F0%9F%93%A6.json"],
  ["\ud800.json", "_.json", "%EF%BF%BD.json"],
  [".hidden", "hidden", "hidden"],
  ["...", "download", "download"],
  ["", "download", "download"],
] as const)("%j is saved as %j", ([fileName, plain, encoded]) => {
  expect(toContentDisposition(fileName)).toBe(
    `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`,
  );
});

test("whatever the name, it is a header that says one name in both ways", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (fileName) => {
      const header = toContentDisposition(fileName);
      expect(header).toMatch(
        /^attachment; filename="[ !#$&-[\]-~]+"; filename\*=UTF-8''[\w.!#$&+^`|~%-]+$/,
      );
      new Headers({ "content-disposition": header });
      const name = decodeURIComponent(header.split("UTF-8''")[1] ?? "");
      expect(name).not.toMatch(/["\\/]/);
      expect(Array.from(name).length).toBeLessThanOrEqual(150);
    }),
  );
});
