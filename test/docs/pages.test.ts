import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const pages = ["README.md", "CONTRIBUTING.md", ...globSync("docs/**/*.md")];

/** As GitHub makes an anchor of a heading. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number} _-]/gu, "")
    .replaceAll(" ", "-");
}

function readAnchors(file: string): readonly string[] {
  const text = readFileSync(file, "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => toAnchor(heading));
}

/** Links that lead to something in this repository. */
function readLinks(page: string): readonly string[] {
  const text = readFileSync(page, "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : join(dirname(page), decodeURIComponent(path));
  if (!existsSync(file)) return false;
  return anchor === undefined || readAnchors(file).includes(anchor);
}

describe.each(pages)("%s", (page) => {
  test("has no link that leads nowhere", () => {
    expect(readLinks(page).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });

  test("names no file that is not there", () => {
    const text = readFileSync(page, "utf8");
    const named = [
      ...text.matchAll(/`((?:src|test|docs|functions|scripts|events|bench)\/[\w./-]+)`/g),
    ];
    const paths = named.map(([, path = ""]) => path);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});

test("every page is reached from the README", () => {
  const reached = new Set<string>();
  const open = ["README.md"];
  for (let page = open.pop(); page !== undefined; page = open.pop()) {
    if (reached.has(page) || !page.endsWith(".md") || !existsSync(page)) continue;
    reached.add(page);
    const here = page;
    open.push(...readLinks(page).map((link) => join(dirname(here), link.split("#")[0] ?? "")));
  }
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});
