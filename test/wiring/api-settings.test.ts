import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readApiSettings, toBaseUrl } from "../../src/wiring/api-settings.ts";
import {
  noSettings,
  readSettingsFile,
  toSettingsFile,
  writeSettingsFile,
} from "../../src/wiring/settings-file.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const saved = {
  version: 1 as const,
  url: "https://saved.example",
  tokens: { "https://saved.example": "saved", "https://flag.example": "saved-for-flag" },
};

function setup(settings: typeof saved | undefined = saved) {
  const folder = temporaryFolder();
  const env = { XDG_CONFIG_HOME: folder };
  const file = toSettingsFile(env);
  if (settings) writeSettingsFile(file, settings);
  return { folder, env, file };
}

describe("where API commands go, and with what token", () => {
  const cases: readonly {
    readonly name: string;
    readonly flags: { readonly url?: string; readonly token?: string };
    readonly env: Readonly<Record<string, string>>;
    readonly found: { readonly url: string; readonly token: string | undefined };
  }[] = [
    {
      name: "what was saved",
      flags: {},
      env: {},
      found: { url: "https://saved.example", token: "saved" },
    },
    {
      name: "the environment before what was saved",
      flags: {},
      env: { MUSTER_URL: "https://env.example/", MUSTER_TOKEN: " env " },
      found: { url: "https://env.example", token: "env" },
    },
    {
      name: "flags before the environment",
      flags: { url: "https://flag.example", token: "flag" },
      env: { MUSTER_URL: "https://env.example", MUSTER_TOKEN: "env" },
      found: { url: "https://flag.example", token: "flag" },
    },
    {
      name: "a token that was saved for the URL in use",
      flags: { url: "https://flag.example" },
      env: {},
      found: { url: "https://flag.example", token: "saved-for-flag" },
    },
    {
      name: "no token that was saved for another URL",
      flags: {},
      env: { MUSTER_URL: "https://env.example" },
      found: { url: "https://env.example", token: undefined },
    },
  ];
  test.for(cases)("$name", async ({ flags, env, found }) => {
    expect(await readApiSettings(flags, { ...setup().env, ...env })).toMatchObject(found);
  });

  test("a stage never falls back on the local cloud", async () => {
    const { env } = setup(noSettings as typeof saved);
    await expect(readApiSettings({ stage: "prod" }, env)).rejects.toMatchObject({
      code: "CONFIGURATION_INVALID",
      message: expect.stringContaining("--url"),
    });
  });

  test("a local cloud that is named goes before the environment, and one that is not running is said", async () => {
    const { folder, env } = setup();
    const url = { ...env, MUSTER_URL: "https://env.example" };
    await expect(readApiSettings({ state: join(folder, "none") }, url)).rejects.toMatchObject({
      code: "LOCAL_CLOUD_NOT_RUNNING",
    });
  });
});

describe("a URL", () => {
  test.for([
    ["https://a.example", "https://a.example"],
    ["https://a.example/", "https://a.example"],
    ["https://a.example/stage/v1/", "https://a.example/stage"],
    ["http://127.0.0.1:8886", "http://127.0.0.1:8886"],
  ])("%s is taken as %s", ([given = "", base = ""]) => {
    expect(toBaseUrl(given)).toBe(base);
  });
  test.for(["", "a.example", "ftp://a.example", "https://user:secret@a.example"])(
    "%j is none",
    (given) => {
      expect(() => toBaseUrl(given)).toThrow(
        expect.objectContaining({ code: "CONFIGURATION_INVALID" }),
      );
    },
  );
});

describe("the file of settings", () => {
  const places: readonly (readonly [env: NodeJS.ProcessEnv, file: string])[] = [
    [{ XDG_CONFIG_HOME: "/x", HOME: "/h" }, "/x/muster/config.json"],
    [{ XDG_CONFIG_HOME: "", HOME: "/h" }, "/h/.config/muster/config.json"],
    [{ XDG_CONFIG_HOME: "relative", HOME: "/h" }, "/h/.config/muster/config.json"],
  ];
  test.for(places)("of %j is %s", ([env, file]) => {
    expect(toSettingsFile(env)).toBe(file);
  });

  test("is its owner's alone, whatever was there before, and so is its folder", () => {
    const { file } = setup();
    chmodSync(file, 0o644);
    writeSettingsFile(file, saved);
    const [fileMode, folderMode] = [file, join(file, "..")].map((path) => statSync(path).mode);
    expect({ file: (fileMode ?? 0) & 0o777, folder: (folderMode ?? 0) & 0o777 }).toEqual({
      file: 0o600,
      folder: 0o700,
    });
    expect(readSettingsFile(file)).toEqual(saved);
  });

  test.for([0o640, 0o604, 0o620])("is not used while others may reach it: %o", (mode) => {
    const { file } = setup();
    chmodSync(file, mode);
    expect(() => readSettingsFile(file)).toThrow(
      expect.objectContaining({
        code: "CONFIGURATION_INVALID",
        message: expect.stringContaining(`chmod 600 ${file}`),
      }),
    );
  });

  test("that is damaged is said, and nothing of it is shown", () => {
    const { file } = setup();
    writeFileSync(file, '{"tokens": "muster_secret"', { mode: 0o600 });
    expect(() => readSettingsFile(file)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("muster_secret") }),
    );
  });

  test("that is not there holds nothing, and a folder in its place is told", () => {
    const { file } = setup(noSettings as typeof saved);
    expect(readSettingsFile(`${file}.none`)).toEqual(noSettings);
    mkdirSync(`${file}.folder`);
    expect(() => writeSettingsFile(`${file}.folder`, saved)).toThrow(
      expect.objectContaining({ code: "FILE_UNWRITABLE" }),
    );
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(noSettings);
  });
});
