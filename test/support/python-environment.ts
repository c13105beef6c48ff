import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/**
 * What suites take from PyPI, pinned: AWS's service model, its command, an emulator, a tester of HTTP
 * APIs and a validator of their descriptions.
 */
const pins = {
  botocore: "1.43.106",
  awscli: "1.46.3",
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

/**
 * Looks for an environment on the path that has MiniStack, and these packages as they are pinned.
 *
 * @returns path of its python.
 */
export function findPython(...packages: readonly PythonPackage[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .filter((folder) => existsSync(join(folder, "ministack")))
    .map((folder) => join(folder, "python"))
    .find((python) => existsSync(python) && hasPinned(python, packages));
}

function hasPinned(python: string, packages: readonly PythonPackage[]): boolean {
  const program = `import importlib.metadata, sys; print(*map(importlib.metadata.version, sys.argv[1:]))`;
  const { status, stdout } = spawnSync(python, ["-c", program, ...packages], { encoding: "utf8" });
  return status === 0 && stdout.trim() === packages.map((name) => pins[name]).join(" ");
}

/** Whether pip finds a package: where it does not, no registry can be reached. */
export function canReachRegistry(): boolean {
  const words = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-cache-dir"];
  const folder = mkdtempSync(join(tmpdir(), "muster-pip-"));
  const { status } = spawnSync("python3", [
    ...words,
    "--dest",
    folder,
    `ministack==${pins.ministack}`,
  ]);
  rmSync(folder, { recursive: true, force: true });
  return status === 0;
}

/** Folder of botocore: the one that MUSTER_BOTOCORE names, or else a pinned one of the suite's. */
export function prepareBotocore(): string {
  const named = process.env["MUSTER_BOTOCORE"];
  if (named !== undefined) return named;
  const program = "import botocore; print(botocore.__path__[0])";
  return execFileSync(preparePython("botocore"), ["-c", program], { encoding: "utf8" }).trim();
}
