import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { generate } from "mqtt-packet";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { ConnectOutcome } from "../../../src/iot-core/listener/connection-attempt.ts";
import { startListener } from "../../../src/iot-core/listener/start-listener.ts";
import { createMemoryRegistry } from "./memory-registry.ts";
import {
  attemptConnect,
  connectMqtt,
  connectPacket,
  connectRaw,
  identity,
  startTestListener,
  type Target,
} from "./support.ts";

/** Timers of the listener only: sockets keep their own. */
function useFakeTimers() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

async function connectPlain({ port }: Target) {
  const socket = connectTcp({ host: "127.0.0.1", port });
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

interface BytesCase {
  readonly name: string;
  readonly bytes: Buffer;
  readonly outcome: ConnectOutcome;
}

const connectBytes = generate(connectPacket("d1"));
const bytesCases: readonly BytesCase[] = [
  {
    name: "an HTTP request",
    bytes: Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    outcome: "PACKET_MALFORMED",
  },
  { name: "zeros", bytes: Buffer.alloc(64), outcome: "PACKET_MALFORMED" },
  {
    name: "a CONNECT packet that is cut off inside",
    bytes: Buffer.concat([Buffer.from([0x10, 5]), connectBytes.subarray(2, 7)]),
    outcome: "PACKET_MALFORMED",
  },
  {
    name: "a packet length of five bytes",
    bytes: Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0x01]),
    outcome: "PACKET_MALFORMED",
  },
  { name: "PINGREQ first", bytes: generate({ cmd: "pingreq" }), outcome: "CONNECT_EXPECTED" },
  {
    name: "a packet without end",
    bytes: Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(200_000)]),
    outcome: "PACKET_TOO_LARGE",
  },
];

describe("a client that sends", () => {
  test.for(bytesCases)("$name is closed alone", async ({ bytes, outcome }) => {
    const { target, addDevice, outcomes } = await startTestListener();
    const device = await addDevice("d1");
    const other = await connectMqtt(target, device, { clientId: "other" });

    const { socket, closed, packets } = await connectRaw(target, device);
    socket.write(bytes);
    await closed;

    expect(packets).toEqual([]);
    expect(outcomes()).toEqual(["ACCEPTED", outcome]);
    await other.publishAsync("still/here", "", { qos: 1 });
  });
});

test("a CONNECT packet that comes byte by byte is read", async () => {
  const { target, addDevice } = await startTestListener();
  const { socket, receive } = await connectRaw(target, await addDevice("d1"));
  socket.setNoDelay();
  for (const byte of connectBytes) socket.write(Buffer.from([byte]));
  expect(await receive("connack")).toMatchObject({ returnCode: 0, sessionPresent: false });
});

test("a client that does not finish CONNECT within five seconds is closed", async () => {
  useFakeTimers();
  const { target, addDevice, outcomes } = await startTestListener();
  const { socket, closed } = await connectRaw(target, await addDevice("d1"));
  socket.write(connectBytes.subarray(0, 5));
  await expect.poll(() => vi.getTimerCount(), { interval: 1 }).toBe(1);

  await vi.advanceTimersByTimeAsync(5000);
  await closed;
  expect(outcomes()).toEqual(["CONNECT_TIMEOUT"]);
});

test("a client that is silent for one and a half keep-alives is closed", async () => {
  useFakeTimers();
  const { target, addDevice, outcomes, events } = await startTestListener();
  const { send, receive, closed } = await connectRaw(target, await addDevice("d1"));
  send(connectPacket("d1", { keepalive: 40 }));
  await receive("connack");

  await vi.advanceTimersByTimeAsync(59_000);
  send({ cmd: "pingreq" });
  await receive("pingresp");
  await vi.advanceTimersByTimeAsync(59_000);
  expect(outcomes()).toEqual(["ACCEPTED"]);
  await vi.advanceTimersByTimeAsync(1_000);
  await closed;
  expect(outcomes()).toEqual(["ACCEPTED", "KEEP_ALIVE_EXPIRED"]);
  expect(events.at(-1)?.payload).toMatchObject({ disconnectReason: "MQTT_KEEP_ALIVE_TIMEOUT" });
});

test("what is no TLS at all is reported", async () => {
  const { target, outcomes } = await startTestListener();
  const socket = await connectPlain(target);
  socket.write("GET / HTTP/1.1\r\n\r\n");
  await once(socket, "close");
  await expect.poll(outcomes).toEqual(["TLS_FAILED"]);
});

test("a client that never begins TLS is closed after five seconds", async () => {
  const { target, attempts } = await startTestListener();
  const socket = await connectPlain(target);
  await once(socket, "close");
  expect(attempts).toMatchObject([
    {
      outcome: "TLS_FAILED",
      sentence: expect.stringContaining("did not finish the handshake within five seconds"),
    },
  ]);
});

test("a client that does not trust the server is told apart", async () => {
  const { target, addDevice, attempts } = await startTestListener();
  const device = await addDevice("d1");
  await expect(connectRaw({ ...target, caPem: device.pem }, device)).rejects.toThrow();
  await expect.poll(() => attempts.length).toBe(1);
  expect(["TLS_FAILED", "CLOSED_BEFORE_CONNECT"]).toContain(attempts[0]?.outcome);
});

test("a session cannot be resumed, for its chain would be lost", async () => {
  const { target, addDevice } = await startTestListener({ maxTlsVersion: "TLSv1.2" });
  const device = await addDevice("d1");
  const first = await connectRaw(target, device);
  const session = first.socket.getSession();
  const second = await connectRaw(target, device, session === undefined ? {} : { session });
  expect(second.socket.isSessionReused()).toBe(false);
});

test("a subscriber that does not read is closed before it fills the memory", async () => {
  const { target, addDevice, publish, outcomes } = await startTestListener();
  const { send, receive, socket } = await connectRaw(target, await addDevice("d1"));
  send(connectPacket("d1"));
  await receive("connack");
  send({ cmd: "subscribe", messageId: 1, subscriptions: [{ topic: "flood", qos: 0 }] });
  await receive("suback");
  socket.pause();
  await expect
    .poll(
      () => {
        for (let times = 0; times < 16; times += 1) publish("flood", Buffer.alloc(100_000));
        return outcomes();
      },
      { interval: 1 },
    )
    .toEqual(["ACCEPTED", "RECEIVER_TOO_SLOW"]);
});

test("an error of the registry ends the one connection it struck", async () => {
  const { target, addDevice, attempts } = await startTestListener({
    isAttached: (thingName) => {
      if (thingName === "unlucky") throw new Error("disk is full");
      return false;
    },
  });
  const device = await addDevice("d1");
  const other = await connectMqtt(target, device, { clientId: "other" });
  await attemptConnect(target, device, { packet: connectPacket("unlucky") });
  expect(attempts.at(-1)).toMatchObject({
    outcome: "SERVER_ERROR",
    sentence: "The stand-in failed: disk is full.",
  });
  expect(other.connected).toBe(true);
});

test("five hundred devices are connected at once", { timeout: 60_000 }, async () => {
  const { target, addDevice, outcomes } = await startTestListener();
  const device = await addDevice("d1");
  const numbers = Array.from({ length: 500 }, (_, number) => number);
  for (let start = 0; start < numbers.length; start += 25) {
    await Promise.all(
      numbers.slice(start, start + 25).map(async (number) => {
        const { send, receive } = await connectRaw(target, device);
        send(connectPacket(`d${number}`));
        await receive("connack");
      }),
    );
  }
  expect(outcomes()).toEqual(numbers.map(() => "ACCEPTED"));
});

test("close ends every connection and frees the port", async () => {
  const { target, addDevice, listener, server } = await startTestListener();
  const connection = await connectRaw(target, await addDevice("d1"));
  connection.send(connectPacket("d1"));
  await connection.receive("connack");
  const waiting = await connectRaw(target, undefined);
  const plain = await connectPlain(target);
  const plainClosed = once(plain, "close");

  await listener.close();
  await Promise.all([connection.closed, waiting.closed, plainClosed]);

  const { deps } = createMemoryRegistry();
  const options = {
    ...deps,
    identity,
    server,
    port: listener.port,
    publishEvent: () => {},
    report: () => {},
    now: () => new Date(),
  };
  const again = await startListener(options);
  onTestFinished(() => again.close());
  await expect(startListener(options)).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: expect.stringContaining(String(listener.port)),
  });
});
