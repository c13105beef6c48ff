import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { installCommand } from "./debian-packages.ts";
import { findCommand } from "./find-command.ts";
import type { Tool } from "./tools.ts";

const sources = ["device.c", "mqtt.c", "options.c"];
const flags = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror"];

const libraries = {
  wolfssl: ["-lwolfssl"],
  mbedtls: ["-lmbedtls", "-lmbedx509", "-lmbedcrypto"],
} as const;

/** Compiles the device in `c/` with one of the TLS libraries. Each time: it takes half a second. */
export function compileDevice(library: keyof typeof libraries, cache: string): Tool {
  const compiler = findCommand("cc");
  if (compiler === undefined) return { missing: `no C compiler; as root: ${installCommand}` };
  const path = join(cache, `device-${library}`);
  const files = [...sources, `tls-${library}.c`].map((name) => resolve("test/interop/c", name));
  const words = [...flags, "-o", path, ...files, ...libraries[library]];
  const { status, stderr } = spawnSync(compiler, words, { encoding: "utf8" });
  if (status === 0) return { path };
  // Without the library there is nothing to test; with it the source has to compile.
  if (/fatal error: .*(wolfssl|mbedtls)\//.test(stderr)) {
    return { missing: `lib${library}-dev is not installed; as root: ${installCommand}` };
  }
  throw new Error(`The device does not compile with ${library}:\n${stderr}`);
}
