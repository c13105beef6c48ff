import { type IotCoreOptions, startIotCore } from "../../../src/iot-core/start-iot-core.ts";

/** What the process is started with, as JSON. */
export interface KilledStandInOptions extends Pick<IotCoreOptions, "stateFile" | "identity"> {
  readonly server: { readonly keyPem: string; readonly certificatePem: string };
}

/** What it says: where it is, and then each body that its queue was given. */
export type KilledStandInMessage =
  | { readonly port: number; readonly url: string }
  | { readonly body: string };

/** Runs in a process of its own: a stand-in whose queue never says that it has a message. */
async function run({ stateFile, identity, server }: KilledStandInOptions): Promise<void> {
  const say = (message: KilledStandInMessage) => process.send?.(message);
  const iotCore = await startIotCore({
    stateFile,
    identity,
    controlPlanePort: 0,
    now: () => new Date(),
    listener: { port: 0, server, report: () => {} },
    targets: {
      sendToQueue: (_, body) => {
        say({ body });
        return new Promise(() => {});
      },
      invokeFunction: async () => {},
    },
  });
  say({ port: iotCore.listener?.port ?? 0, url: iotCore.controlPlaneUrl });
}

await run(JSON.parse(process.argv[2] ?? "") as KilledStandInOptions);
