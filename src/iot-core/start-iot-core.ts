import { startControlPlane } from "./control-plane/start-control-plane.ts";
import type { ListenerDeps } from "./listener/listener-deps.ts";
import { type Listener, startListener } from "./listener/start-listener.ts";
import type { ReservedEvent, StandInIdentity } from "./model.ts";
import { openRegistry, type Registry } from "./registry.ts";

export interface IotCoreOptions {
  /** Path of the file that holds the state, or `:memory:`. */
  readonly stateFile: string;
  /** 0 for a free one. */
  readonly controlPlanePort: number;
  readonly identity: StandInIdentity;
  readonly now: () => Date;
  /** Takes what AWS IoT would publish on reserved topics. */
  readonly publishEvent: (event: ReservedEvent) => void;
  /** The device endpoint; without it only the control plane is started. */
  readonly listener?: Pick<ListenerDeps, "port" | "server" | "maxTlsVersion" | "report">;
}

export interface IotCore {
  /** Endpoint for AWS SDKs and for `aws iot --endpoint-url`. */
  readonly controlPlaneUrl: string;
  readonly registry: Registry;
  readonly listener?: Listener;
  close(): Promise<void>;
}

/**
 * Starts the stand-in for AWS IoT Core on this machine.
 *
 * @throws IOT_CORE_STATE_DAMAGED, IOT_CORE_STATE_IN_USE, PORT_IN_USE
 */
export async function startIotCore(options: IotCoreOptions): Promise<IotCore> {
  const { identity, now, publishEvent } = options;
  await using started = new AsyncDisposableStack();
  const registry = openRegistry(options.stateFile);
  started.defer(() => registry.close());
  const controlPlane = await startControlPlane({
    registry,
    identity,
    port: options.controlPlanePort,
    now,
  });
  started.defer(() => controlPlane.close());
  const listener =
    options.listener &&
    (await startListener({ ...registry, ...options.listener, identity, now, publishEvent }));
  started.defer(async () => listener?.close());
  const running = started.move();
  return {
    controlPlaneUrl: controlPlane.url,
    registry,
    ...(listener && { listener }),
    close: () => running.disposeAsync(),
  };
}
