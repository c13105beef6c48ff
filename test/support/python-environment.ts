import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * What suites take from PyPI, pinned: AWS's service model, an emulator, a tester of HTTP APIs and a
 * validator of their descriptions.
 */
const pins = {
  botocore: "1.43.106",
  ministack: "1.5.33",
  cryptography: "50.0.2",
  schemathesis: "4.32.5",
  "openapi-spec-validator": "0.9.0",
} as const;

export type PythonPackage = keyof typeof pins;

/**
 * Makes a virtual environment with these packages, unless it is there from an earlier run.
 *
 * @returns path of its python.
 */
export function preparePython(...packages: readonly PythonPackage[]): string {
  const wanted = packages.map((name) => `${name}==${pins[name]}`);
  const folder = resolve("node_modules/.cache/muster-python", `python-${packages.join("-")}`);
  const python = join(folder, "bin", "python");
  const done = join(folder, wanted.join("+"));
  if (existsSync(done)) return python;
  process.stderr.write(`Installing ${wanted.join(", ")} with pip, once\n`);
  execFileSync("python3", ["-m", "venv", "--clear", folder]);
  execFileSync(
    python,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...wanted],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  writeFileSync(done, "");
  return python;
}

/** Folder of botocore: the one that MUSTER_BOTOCORE names, or else a pinned one of the suite's. */
export function prepareBotocore(): string {
  const named = process.env["MUSTER_BOTOCORE"];
  if (named !== undefined) return named;
  const program = "import botocore; print(botocore.__path__[0])";
  return execFileSync(preparePython("botocore"), ["-c", program], { encoding: "utf8" }).trim();
}
