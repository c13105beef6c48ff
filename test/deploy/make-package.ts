import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFunctions } from "../../scripts/package.ts";
import { prepareRuntime } from "../runtime-api/prepare-runtime.ts";

/** Packages two stages into the folder that is named, and has what starts functions installed. */
const [, , folder = ""] = process.argv;
const oidc = [
  ["--param", "oidcIssuer=https://login.example.com"],
  ["--param", "oidcAudience=muster"],
].flat();
const [functions] = await Promise.all([
  packageFunctions(join(folder, "test"), ["--stage", "test"]),
  packageFunctions(join(folder, "other"), ["--stage", "other", ...oidc]),
  prepareRuntime(join(folder, "runtime")),
]);
const sources = Object.fromEntries(functions.map((each) => [each.name, each.sources]));
await writeFile(join(folder, "sources.json"), JSON.stringify(sources));
