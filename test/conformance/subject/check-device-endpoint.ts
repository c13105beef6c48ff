import { createConnector } from "./create-connector.ts";
import type { Run } from "./open-run.ts";

/** @throws when a device of the suite's own gets no connection; no case would say why. */
export async function checkDeviceEndpoint(run: Run): Promise<void> {
  const { host = run.endpointAddress, port, caPem } = run.target.mqtt;
  const cleanUp: (() => unknown)[] = [];
  const { open } = createConnector({
    run,
    name: () => `${run.prefix}-check`,
    afterwards: (act) => cleanUp.push(act),
  });
  try {
    await open(run.watcher);
  } catch (error) {
    const ca = caPem === undefined ? "give the CA of its certificate with --ca" : "check --ca";
    throw new Error(
      `No device gets a TLS connection to ${host}:${port} as ${run.endpointAddress}: ${error instanceof Error ? error.message : String(error)}. Check --mqtt, and ${ca}.`,
      { cause: error },
    );
  } finally {
    for (const act of cleanUp) await act();
  }
}
