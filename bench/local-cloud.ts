import { fork } from "node:child_process";
import { once } from "node:events";
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  IoTClient,
  RegisterCACertificateCommand,
  RegisterCertificateWithoutCACommand,
} from "@aws-sdk/client-iot";
import { type Ca, createCa, issueLeaf, type Leaf } from "../src/local/sample-pki.ts";
import { compare, type Figure, medianOf } from "./figure.ts";
import {
  connectDevice,
  connectInVain,
  createContext,
  type Device,
  perSecond,
  type Server,
  sendAll,
  subscribe,
} from "./local-cloud-client.ts";

const rounds = 3;
const firstConnects = 200;
const connects = 300;
const connectLanes = 8;
const pairs = 4;
const messagesPerPair = 5_000;
const openConnections = 2_000;

/**
 * What the stand-in for AWS IoT Core can take: first connects, connects, messages and memory.
 *
 * The limit is a server that does nothing but TLS and MQTT packets, in the same run. Servers run in
 * a process of their own, the clients share one with each other.
 */
export async function run(): Promise<readonly Figure[]> {
  await using stack = new AsyncDisposableStack();
  const ca = await createCa({ name: "Bench CA" });
  const device = await issueLeaf(ca, { subject: "CN=bench" });
  const standIn = await start("stand-in", stack);
  await letIn(standIn.controlPlaneUrl ?? "", ca, device);
  const bare = await start("bare", stack);

  const both = async (measure: (lane: Lane, round: number) => Promise<number>) => {
    const samples = { muster: [] as number[], bare: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      samples.muster.push(await measure(standIn, round));
      samples.bare.push(await measure(bare, round));
    }
    return { muster: medianOf(samples.muster), bare: medianOf(samples.bare) };
  };

  const strangers = await Promise.all(
    Array.from({ length: firstConnects * rounds }, (_, index) =>
      issueLeaf(ca, { subject: `CN=unknown-${index}` }),
    ),
  );
  const first = await both(({ server }, round) => {
    const contexts = strangers
      .slice(round * firstConnects, (round + 1) * firstConnects)
      .map((leaf, index) => ({ id: `unknown-${index}`, context: createContext(server, leaf) }));
    return perSecond(contexts, connectLanes, ({ id, context }) =>
      connectInVain(server, context, id),
    );
  });

  const again = await both(async ({ server }, round) => {
    const context = createContext(server, device);
    const ids = Array.from({ length: connects }, (_, index) => `again-${round}-${index}`);
    const open: Device[] = [];
    const rate = await perSecond(ids, connectLanes, async (id) => {
      open.push(await connectDevice(server, context, id));
    });
    for (const each of open) each.close();
    return rate;
  });

  const messages = await both(async ({ server }, round) => {
    const context = createContext(server, device);
    const ends = await Promise.all(
      Array.from({ length: pairs }, async (_, index) => {
        const topic = `to-${round}-${index}`;
        const from = await connectDevice(server, context, `from-${round}-${index}`);
        const to = await connectDevice(server, context, topic);
        await subscribe(to, topic);
        return { from, to, topic, messages: messagesPerPair };
      }),
    );
    const rate = await perSecond(ends, pairs, ({ from, ...rest }) => sendAll(from, rest));
    for (const { from, to } of ends) {
      from.close();
      to.close();
    }
    return rate * messagesPerPair;
  });

  const memory = {
    muster: await memoryOf(standIn, device),
    bare: await memoryOf(bare, device),
  };
  return [
    compare("first connects, registered and closed", "/s", first),
    compare("connects of an admitted device", "/s", again),
    compare("messages, QoS 1, published and delivered", "/s", messages),
    compare(`memory of ${openConnections} connections`, "MB", memory),
  ];
}

interface Lane {
  readonly server: Server;
  readonly controlPlaneUrl?: string;
  /** Bytes that the server's process has. */
  readonly memory: () => Promise<number>;
}

async function start(kind: "stand-in" | "bare", stack: AsyncDisposableStack): Promise<Lane> {
  const child = fork(new URL("local-cloud-server.ts", import.meta.url), [kind], {
    execArgv: ["--expose-gc"],
  });
  stack.defer(() => child.disconnect());
  const [{ controlPlaneUrl, ...server }] = await once(child, "message");
  return {
    server,
    controlPlaneUrl,
    memory: async () => {
      child.send("memory");
      const [bytes] = await once(child, "message");
      return bytes;
    },
  };
}

/** The CA registers strangers at connect; the device may do everything. */
async function letIn(endpoint: string, ca: Ca, device: Leaf): Promise<void> {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const iot = new IoTClient({ endpoint, region: "local-1", credentials });
  await iot.send(
    new RegisterCACertificateCommand({
      caCertificate: ca.pem,
      certificateMode: "SNI_ONLY",
      setAsActive: true,
      allowAutoRegistration: true,
    }),
  );
  const { certificateArn } = await iot.send(
    new RegisterCertificateWithoutCACommand({ certificatePem: device.pem, status: "ACTIVE" }),
  );
  const policyName = "bench";
  const policyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
  });
  await iot.send(new CreatePolicyCommand({ policyName, policyDocument }));
  await iot.send(new AttachPolicyCommand({ policyName, target: certificateArn }));
  iot.destroy();
}

async function memoryOf({ server, memory }: Lane, device: Leaf): Promise<number> {
  const context = createContext(server, device);
  const before = await memory();
  const open: Device[] = [];
  const ids = Array.from({ length: openConnections }, (_, index) => `open-${index}`);
  await perSecond(ids, connectLanes, async (id) => {
    open.push(await connectDevice(server, context, id));
  });
  const after = await memory();
  for (const each of open) each.close();
  return (after - before) / 1e6;
}
