import { once } from "node:events";
import { connect } from "node:tls";
import { findFreePort } from "../../../src/local/ports.ts";
import { preparePython } from "../../support/python-environment.ts";
import { runMinistack, startAgain } from "../../support/run-ministack.ts";
import { ministackDeviations } from "../ministack-deviations.ts";
import type { Target } from "./target.ts";

/**
 * MiniStack binds its device endpoint to all interfaces, whatever BIND_HOST says of the rest. This
 * keeps it on loopback.
 */
const launcher = `
import asyncio.base_events
create_server = asyncio.base_events.BaseEventLoop.create_server
async def on_loopback(loop, protocol, host=None, port=None, **options):
    return await create_server(loop, protocol, "127.0.0.1" if host == "0.0.0.0" else host, port, **options)
asyncio.base_events.BaseEventLoop.create_server = on_loopback
import ministack.app
ministack.app.main()
`;

const handshakeTimeoutMs = 3000;

/** Installs MiniStack where it is not yet, and starts it on loopback. */
export function startMinistack(): Promise<Target> {
  return startAgain(start);
}

async function start(): Promise<Target> {
  const mqttPort = await findFreePort();
  const { region, endpoint, credentials, close } = await runMinistack({
    program: preparePython("ministack", "cryptography"),
    args: ["-c", launcher],
    env: { IOT_MTLS_PORT: String(mqttPort), MINISTACK_HOST: "localhost" },
    isReady: () => acceptsTls(mqttPort),
  });
  return {
    name: "ministack",
    region,
    iotEndpoint: endpoint,
    dataEndpoint: endpoint,
    credentials,
    mqtt: { host: "127.0.0.1", port: mqttPort, isUnverified: true },
    endsWithRun: true,
    isOwn: true,
    connectSpacingMs: 0,
    patienceMs: 3000,
    settleMs: 500,
    parallel: 4,
    isEventual: false,
    deviations: ministackDeviations,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * The first handshake makes the endpoint issue its own certificate, and under some versions of
 * Python (3.11.2) it then hangs for good: the next one does not.
 */
async function acceptsTls(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(handshakeTimeoutMs) });
    return true;
  } finally {
    socket.destroy();
  }
}
