import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Most of a command's time goes into loading the AWS SDK; this halves it.
enableCompileCache(fileURLToPath(new URL("../../node_modules/.cache/muster", import.meta.url)));
const { run } = await import("./run.ts");
await run();
