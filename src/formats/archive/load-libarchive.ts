import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

type Libarchive = typeof import("libarchive-wasm");
export type ArchiveLibrary = Awaited<ReturnType<Libarchive["libarchiveWasm"]>>;

let loaded: Promise<ArchiveLibrary> | undefined;

/** WebAssembly gives no memory back; beyond so much another instance begins with little. */
const maxKeptBytes = 64 * 1024 * 1024;

/**
 * Gives libarchive. Loading it takes time that only those need to spend who have a 7z to read, so it is
 * not imported above.
 */
export async function loadLibarchive(): Promise<ArchiveLibrary> {
  const kept = await loaded;
  if (kept && (kept.module.HEAP8 as Int8Array).length <= maxKeptBytes) return kept;
  loaded = load();
  return loaded.catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
}

/** What came upon damage may be in disorder, so it is not used again. */
export function discardLibarchive(): void {
  loaded = undefined;
}

async function load(): Promise<ArchiveLibrary> {
  const { libarchiveWasm } = await import("libarchive-wasm");
  return libarchiveWasm({ wasmBinary: await readFile(findModule()) });
}

/** Bundled, the module lies beside the bundle; otherwise in its package. */
function findModule(): URL {
  const beside = new URL("./libarchive.wasm", import.meta.url);
  if (existsSync(beside)) return beside;
  return new URL(import.meta.resolve("libarchive-wasm/dist/libarchive.wasm"));
}
