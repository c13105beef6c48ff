import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { toTokenHash, toTokenId } from "../../../src/access/tokens/token-text.ts";
import { createCa, issueLeaf } from "../../../src/local/sample-pki.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type CliWorld, createCliWorld } from "../api-world.ts";
import { runInProcess } from "../run-in-process.ts";

let world: CliWorld;
beforeAll(async () => {
  world = await createCliWorld();
});
afterAll(() => world?.close());

const tokenPattern = /^muster_[0-9A-Za-z]{49}\n$/;

/** A user with a home of their own. */
function setup() {
  const folder = temporaryFolder();
  const env = { XDG_CONFIG_HOME: folder, MUSTER_URL: "", MUSTER_TOKEN: "", MUSTER_OPERATOR: "ann" };
  const file = join(folder, "muster/config.json");
  return {
    folder,
    file,
    run: (...args: string[]) => runInProcess(args, env),
    /** At the tables of the local cloud. */
    runLocal: (...args: string[]) => runInProcess([...args, "--state", world.state], env),
    saved: () => JSON.parse(readFileSync(file, "utf8")),
    write: (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
  };
}

describe("muster token", () => {
  test("prints the token and nothing else where it can be piped from", async () => {
    const { runLocal } = setup();
    const created = await runLocal("token", "create", "--role", "operator", "--name", "Ann");
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(tokenPattern) });
    expect(created.stderr).toContain("role operator");
    expect(created.stderr).not.toContain(created.stdout.trim());
  });

  test("makes, lists and revokes them", async () => {
    const { run, runLocal } = setup();
    const words = ["--role", "manufacturer", "--manufacturer", "acme", "--expires", "7d"];
    const made = JSON.parse((await runLocal("token", "create", ...words, "--json")).stdout);
    expect(made.token).toMatchObject({
      role: "manufacturer",
      manufacturer: "acme",
      expiresAt: expect.stringMatching(/^\d{4}-/),
      createdBy: "operator:ann",
    });
    const { id } = made.token;
    const asAcme = ["batch", "list", "--url", world.url, "--token", made.text];
    expect(await run(...asAcme)).toMatchObject({ code: 0 });
    expect((await runLocal("token", "list")).stdout).toMatch(
      RegExp(`^${id}  manufacturer  acme +manufacturer +valid`, "m"),
    );
    expect((await runLocal("token", "revoke", id)).stdout).toContain("Revoked");
    expect((await runLocal("token", "list")).stdout).toMatch(RegExp(`^${id} .+ revoked`, "m"));
    const refused = await run(...asAcme);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("error TOKEN_REFUSED");
    expect(refused.stderr).not.toContain(made.text);
  });

  test("that is saved is not printed, and commands use it", async () => {
    const { run, runLocal, saved, file } = setup();
    const kept = await runLocal("token", "create", "--role", "operator", "--save");
    expect(kept).toMatchObject({ code: 0, stdout: "" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { url, tokens } = saved();
    expect({ url, tokens }).toEqual({
      url: world.url,
      tokens: { [world.url]: expect.stringMatching(/^muster_/) },
    });
    expect(kept.stderr).not.toContain(tokens[url]);
    expect(await run("batch", "list")).toMatchObject({ code: 0 });
  });

  const wrong: readonly (readonly [what: string, words: string[], code: string])[] = [
    ["a manufacturer's without its id", ["--role", "manufacturer"], "USAGE_INVALID"],
    ["for too long", ["--role", "auditor", "--expires", "367d"], "USAGE_INVALID"],
    [
      "of no manufacturer there is",
      ["--role", "manufacturer", "--manufacturer", "none"],
      "MANUFACTURER_UNKNOWN",
    ],
    ["of no role there is", ["--role", "admin"], "USAGE_INVALID"],
  ];
  test.for(wrong)("is not made: %s", async ([, words, code]) => {
    const { stdout } = await setup().runLocal("token", "create", ...words, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
  });
});

describe("muster login", () => {
  test("keeps a token that the API takes, and says whose it is; logout forgets it", async () => {
    const { run, write, saved, file } = setup();
    const token = await world.tokenOf("manufacturer", "acme");
    const tokenFile = write("acme.token", `${token}\n`);
    const login = ["login", "--url", `${world.url}/v1/`, "--token-file", tokenFile];
    const signedIn = await run(...login, "--profile", "sensor");
    expect(signedIn).toMatchObject({ code: 0, stderr: "" });
    expect(signedIn.stdout).toMatch(/role +manufacturer\n +manufacturer +acme\n/);
    expect(signedIn.stdout).not.toContain(token);
    expect(saved()).toEqual({
      version: 1,
      url: world.url,
      tokens: { [world.url]: token },
      profile: "sensor",
    });
    const pushed = await run("batch", "push", write("a.pem", (await world.device()).pem));
    expect(pushed).toMatchObject({ code: 0 });

    expect((await run("logout")).stdout).toContain(`Signed out of ${world.url}`);
    expect(readFileSync(file, "utf8")).not.toContain(token);
    expect((await run("logout")).stdout).toContain("Nobody was signed in.");
    const after = await run("batch", "list", "--url", world.url, "--json");
    expect(JSON.parse(after.stdout)).toMatchObject({ error: { code: "TOKEN_MISSING" } });
  });

  test("takes a token from standard input", async () => {
    const { run, saved } = setup();
    const token = await world.tokenOf("auditor");
    const piped = Object.assign(Readable.from([`${token}\n`]), { isTTY: false });
    const stdin = vi.spyOn(process, "stdin", "get").mockReturnValue(piped as never);
    const { code } = await run("login", "--url", world.url);
    stdin.mockRestore();
    expect({ code, tokens: saved().tokens }).toEqual({ code: 0, tokens: { [world.url]: token } });
  });

  test("keeps nothing that the API does not take, that is cut short, or that would go unencrypted", async () => {
    const { run, write, file } = setup();
    const token = await world.tokenOf("auditor");
    await setup().runLocal("token", "revoke", toTokenId(toTokenHash(token)));
    const whole = write("whole", token);
    const cases = [
      [["--url", world.url, "--token-file", whole], "TOKEN_REFUSED"],
      [["--url", world.url, "--token-file", write("cut", token.slice(0, -1))], "TOKEN_REFUSED"],
      [["--url", "http://muster.example.com", "--token-file", whole], "CONFIGURATION_INVALID"],
      [["--url", world.url, "--token-file", write("empty", "")], "TOKEN_MISSING"],
    ] as const;
    for (const [words, code] of cases) {
      const { stdout } = await run("login", ...words, "--json");
      expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
    }
    expect(() => statSync(file)).toThrow();
  });
});

describe("muster signer", () => {
  test("adds, lists and removes them", async () => {
    const { runLocal, write } = setup();
    const empty = await runLocal("signer", "list", "acme");
    expect(empty.stdout).toContain("Nobody's signature counts for acme.");
    const signer = await issueLeaf(await createCa({ name: "Signers" }), { subject: "CN=signer-1" });
    const file = write("signer.pem", signer.pem);
    const added = await runLocal("signer", "add", "acme", file, "--json");
    expect(JSON.parse(added.stdout)).toMatchObject({
      manufacturer: "acme",
      certificateId: signer.certificateId,
    });
    expect((await runLocal("signer", "list", "acme")).stdout).toContain("CN=signer-1");
    const removed = await runLocal("signer", "remove", "acme", signer.certificateId);
    expect(removed).toMatchObject({ code: 0 });
    const none = await runLocal("signer", "remove", "acme", signer.certificateId, "--json");
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: "SIGNER_UNKNOWN" } });
    const notAnId = await runLocal("signer", "remove", "acme", "5f3c");
    expect(notAnId).toMatchObject({ code: 2 });
  });
});
