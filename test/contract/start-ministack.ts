import { type Ministack, runMinistack, startAgain } from "../support/run-ministack.ts";

const program = process.env["MUSTER_MINISTACK"] ?? "ministack";

/** Starts an emulator of S3 and SQS with signatures checked; MUSTER_MINISTACK says where it is. */
export function startMinistack(): Promise<Ministack> {
  const env = {
    AUTH: "true",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    IOT_MTLS_ENABLED: "false",
    MINISTACK_HOST: "127.0.0.1",
  };
  return startAgain(() => runMinistack({ program, env }));
}
