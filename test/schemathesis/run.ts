import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { preparePython } from "../support/python-environment.ts";
import { createSeededApi, type SeededApi } from "./seeded-api.ts";

/**
 * Validates the API's own document, then runs schemathesis over the running API, as each role:
 * requests made up from the document, right ones and wrong ones, each answer to which has to be as it
 * says.
 *
 * `--seed` repeats a run, `--examples` makes it longer, `--role` takes one role only.
 *
 * @see https://schemathesis.readthedocs.io/
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Math.trunc(Math.random() * 1e9)) },
    examples: { type: "string", default: "6" },
    role: { type: "string", multiple: true, default: ["operator", "manufacturer", "auditor"] },
  },
});

const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "unsupported_method",
];

/** What the document's own limits make, of the role that may do all; made up at random, of each. */
const phases = { operator: "coverage,fuzzing", manufacturer: "fuzzing", auditor: "fuzzing" };

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const folder = mkdtempSync(join(tmpdir(), "muster-schemathesis-"));
const python = preparePython("schemathesis", "openapi-spec-validator");
const api = await createSeededApi();
const counts: Counts[] = [];
try {
  counts.push(await validate(api));
  for (const role of values.role) counts.push(await runAs(api, role as keyof SeededApi["tokens"]));
  for (const { operation, error } of api.failures) {
    process.stdout.write(`${operation} failed inside: ${String(error)}\n`);
    counts.push({ passed: 0, failed: 1 });
  }
} finally {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
}
const passed = counts.reduce((sum, each) => sum + each.passed, 0);
const failed = counts.reduce((sum, each) => sum + each.failed, 0);
process.stdout.write(`Seed ${values.seed}\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

/** Whether the document is OpenAPI 3.1, as its JSON Schema has it and beyond. */
async function validate({ server }: SeededApi): Promise<Counts> {
  const file = join(folder, "openapi.json");
  const answer = await fetch(new URL("/v1/openapi.json", server.url));
  writeFileSync(file, await answer.text());
  const child = spawn(python, ["-m", "openapi_spec_validator", file], { stdio: "inherit" });
  const [code] = await once(child, "close");
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Prints what schemathesis says only where it found something. */
async function runAs(
  { server, tokens, parameters }: SeededApi,
  role: keyof SeededApi["tokens"],
): Promise<Counts> {
  const config = join(folder, `${role}.toml`);
  // The auditor asks for what is not there.
  writeFileSync(config, toConfig(role === "auditor" ? {} : parameters, tokens[role]));
  const options = {
    "--checks": checks.join(","),
    "--max-examples": values.examples,
    "--seed": values.seed,
    "--phases": phases[role],
    "--warnings": "off",
    "--generation-database": "none",
  };
  const document = new URL("/v1/openapi.json", server.url).href;
  const args = ["--config-file", config, "run", document, ...Object.entries(options).flat()];
  const switches = ["--no-color", "--no-shrink", "--continue-on-failure"];
  const child = spawn(join(dirname(python), "schemathesis"), [...args, ...switches], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, "close");
  const [, generated = "0", rest = ""] = /(\d+) generated(.*)/.exec(said) ?? [];
  const [found = 0, skipped = 0] = [/(\d+) found/, /(\d+) skipped/].map((pattern) =>
    Number(pattern.exec(rest)?.[1] ?? 0),
  );
  const good = Number(generated) - found - skipped;
  const bad = Math.max(found, code !== 0 || good === 0 ? 1 : 0);
  if (bad > 0) process.stdout.write(said);
  process.stdout.write(`${role}: ${good} passed, ${bad} failed\n`);
  return { passed: good, failed: bad };
}

/** A file, so that no token is among the arguments. */
function toConfig(parameters: SeededApi["parameters"], token: string): string {
  const lines = Object.entries(parameters).map(([name, id]) => `"path.${name}" = "${id}"`);
  // So that changes are made.
  const match = `"header.if-match" = "*"`;
  const headers = `headers = { Authorization = "Bearer ${token}" }`;
  return [headers, "[parameters]", ...lines, match, ""].join("\n");
}
