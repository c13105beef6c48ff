import { startControlPlane } from "./control-plane/start-control-plane.ts";
import type { DeviceConnections } from "./device-connections.ts";
import type { IotCoreStatus } from "./iot-core-status.ts";
import type { ListenerDeps } from "./listener/listener-deps.ts";
import { type Listener, startListener } from "./listener/start-listener.ts";
import type { ReservedEvent, StandInIdentity } from "./model.ts";
import { createPolicyCache } from "./policy/policy-cache.ts";
import { createQuotas } from "./quotas/create-quotas.ts";
import { readStatus } from "./read-status.ts";
import { openRegistry, type Registry } from "./registry.ts";
import { createApplyRules } from "./topic-rules/apply-rules.ts";
import { type DeliveryDeps, startDeliveries } from "./topic-rules/deliver-messages.ts";
import { ensureTopicRules } from "./topic-rules/ensure-topic-rules.ts";
import type {
  FindUndeliverable,
  RuleMessage,
  RuleTargets,
  TopicRule,
} from "./topic-rules/topic-rule.ts";

export interface IotCoreOptions {
  /** Path of the file that holds the state, or `:memory:`. */
  readonly stateFile: string;
  /** 0 for a free one. */
  readonly controlPlanePort: number;
  readonly identity: StandInIdentity;
  readonly now: () => Date;
  /** Is told what AWS IoT would publish on reserved topics, once it is stored. */
  readonly publishEvent?: (event: ReservedEvent) => void;
  /** The device endpoint; without it only the control plane is started. */
  readonly listener?: Pick<ListenerDeps, "port" | "server" | "maxTlsVersion" | "report">;
  /** Of AWS's default quotas: 1 as they are, 0 for none, which is the default. */
  readonly quotaScale?: number;
  /** How late at most a change reaches connections; by default at once. On AWS it takes minutes. */
  readonly propagationDelayMs?: number;
  /** Rules that are there, as given, before the first device can connect. */
  readonly topicRules?: readonly Omit<TopicRule, "createdAt">[];
  /** Where the actions of rules lead; without it, nowhere. */
  readonly targets?: RuleTargets;
  /** CreateTopicRule refuses the rules that could never deliver. */
  readonly findUndeliverable?: FindUndeliverable;
  readonly deliveries?: Partial<Pick<DeliveryDeps, "onDropped" | "onFailure" | "retryDelaysMs">>;
}

export interface IotCore {
  /** Endpoint for AWS SDKs and for `aws iot --endpoint-url`. */
  readonly controlPlaneUrl: string;
  readonly registry: Registry;
  readonly listener?: Listener;
  status(): IotCoreStatus;
  close(): Promise<void>;
}

/**
 * Starts the stand-in for AWS IoT Core on this machine.
 *
 * @throws IOT_CORE_STATE_DAMAGED, IOT_CORE_STATE_IN_USE, PORT_IN_USE
 */
export async function startIotCore(options: IotCoreOptions): Promise<IotCore> {
  const { identity, now, quotaScale = 0, propagationDelayMs = 0 } = options;
  await using started = new AsyncDisposableStack();
  const registry = openRegistry(options.stateFile);
  started.defer(() => registry.close());
  const quotas = createQuotas({ scale: quotaScale, now });
  ensureTopicRules(registry, options.topicRules ?? [], now());

  const rules = startRules(options, registry, quotas);
  started.defer(rules.stop);

  // A device may be there before this has its value.
  let listener: Listener | undefined;
  listener =
    options.listener &&
    (await startListener({
      ...registry,
      ...createPolicyCache(registry, { delayMs: propagationDelayMs, now }),
      ...options.listener,
      identity,
      now,
      quotas,
      propagationDelayMs,
      onMessage: rules.apply,
      publishEvent: (event) => {
        const message = toMessage(event);
        rules.apply({ ...message, clientId: undefined });
        registry.afterCommit(() => {
          listener?.connections.publish({ ...message, qos: 1 });
          options.publishEvent?.(event);
        });
      },
    }));
  started.defer(async () => listener?.close());
  const controlPlane = await startControlPlane({
    registry,
    identity,
    port: options.controlPlanePort,
    now,
    quotas,
    findUndeliverable: options.findUndeliverable,
    ...(listener && {
      connections: publishingToRules(listener.connections, rules.apply),
      retainedMessages: listener.retainedMessages,
    }),
  });
  started.defer(() => controlPlane.close());
  const running = started.move();
  return {
    controlPlaneUrl: controlPlane.url,
    registry,
    ...(listener && { listener }),
    status: () =>
      readStatus({
        registry,
        quotas,
        connections: listener?.connections,
        quotaScale,
        propagationDelayMs,
      }),
    close: () => running.disposeAsync(),
  };
}

/** Applies the rules to messages, and goes on with what the last run left undone. */
function startRules(
  { now, targets = noTargets, deliveries: options }: IotCoreOptions,
  registry: Registry,
  quotas: ReturnType<typeof createQuotas>,
) {
  const { onDropped = () => {} } = options ?? {};
  const apply = createApplyRules({ registry, quotas, now, onDropped });
  const deliveries = startDeliveries({
    onFailure: (error) => {
      throw error;
    },
    ...options,
    onDropped,
    deliveries: registry.tables.ruleDeliveries,
    targets,
    now,
  });
  return {
    apply: (message: RuleMessage): void => {
      if (apply(message)) registry.afterCommit(deliveries.wake);
    },
    stop: deliveries.stop,
  };
}

function toMessage({ topic, payload }: ReservedEvent) {
  return { topic, payload: Buffer.from(JSON.stringify(payload)) };
}

/** What is published through the data plane goes to the rules as well. */
function publishingToRules(
  connections: DeviceConnections,
  apply: (message: RuleMessage) => void,
): DeviceConnections {
  return {
    ...connections,
    publish: (message) => {
      connections.publish(message);
      apply({ topic: message.topic, payload: message.payload, clientId: undefined });
    },
  };
}

const nowhere = async () => {
  throw new Error("This stand-in was started without targets for the actions of rules.");
};
const noTargets: RuleTargets = { sendToQueue: nowhere, invokeFunction: nowhere };
