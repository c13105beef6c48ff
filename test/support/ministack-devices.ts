import { once } from "node:events";
import { connect } from "node:tls";

/**
 * MiniStack binds its device endpoint to all interfaces, whatever BIND_HOST says of the rest, and port
 * 443 beside its own where it serves HTTPS. This keeps it on loopback, and on the ports it was given.
 *
 * @see https://pypi.org/project/ministack/
 */
export const ministackLauncher = `
import asyncio.base_events
create_server = asyncio.base_events.BaseEventLoop.create_server
async def on_loopback(loop, protocol, host=None, port=None, **options):
    return await create_server(loop, protocol, "127.0.0.1" if host == "0.0.0.0" else host, port, **options)
asyncio.base_events.BaseEventLoop.create_server = on_loopback
import ministack.app
ministack.app._port_is_bindable = lambda host, port: False
ministack.app.main()
`;

const handshakeTimeoutMs = 3000;

/**
 * Shakes hands with the device endpoint. The first handshake makes it issue its own certificate, and
 * under some versions of Python (3.11.2) it then hangs for good: the next one does not.
 *
 * @returns its CA, in DER.
 */
export async function greetDeviceEndpoint(port: number): Promise<Buffer> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(handshakeTimeoutMs) });
    return socket.getPeerCertificate(true).issuerCertificate.raw;
  } finally {
    socket.destroy();
  }
}
