import { once } from "node:events";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { generate, type Packet, parser } from "mqtt-packet";
import { Mismatch } from "../expect.ts";

/** Of the packets that a server sends, the one with this command. */
export type PacketOf<Command extends Packet["cmd"]> = Extract<Packet, { cmd: Command }>;

/** A TLS connection to the device endpoint whose packets the case writes and reads itself. */
export interface Link {
  readonly socket: TLSSocket;
  /** What came and was not taken yet, in order. */
  readonly waiting: readonly Packet[];
  send(packet: Packet): void;
  sendBytes(bytes: Uint8Array): void;
  /** Takes the first packet of this kind; rejects when the connection closes or time is up. */
  receive<Command extends Packet["cmd"]>(
    command: Command,
    isWanted?: (packet: PacketOf<Command>) => boolean,
  ): Promise<PacketOf<Command>>;
  /** Resolves when the connection is closed; rejects when time is up. */
  closed(): Promise<void>;
  close(): void;
}

export type MqttVersion = 4 | 5;

/** @throws the error of the TLS handshake. */
export async function openLink(
  options: ConnectionOptions,
  version: MqttVersion,
  patienceMs: number,
): Promise<Link> {
  const socket = connect(options);
  await Promise.race([once(socket, "secureConnect"), rejectWhenClosed(socket)]);
  let isClosed = false;
  const waiting: Packet[] = [];
  const look = new Set<() => void>();
  const lookAll = () => {
    for (const each of look) each();
  };
  const mqtt = parser({ protocolVersion: version });
  mqtt.on("packet", (packet) => {
    waiting.push(packet);
    lookAll();
  });
  mqtt.on("error", () => socket.destroy());
  socket.on("data", (chunk) => mqtt.parse(chunk));
  // A reset instead of a clean end is a close like any other.
  socket.on("error", () => {});
  socket.once("close", () => {
    isClosed = true;
    lookAll();
  });

  /** Resolves with what `find` finds, asked at each packet and at the close. */
  const waitFor = <Found>(find: () => Found | undefined, expected: string): Promise<Found> =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        look.delete(attempt);
        act();
      };
      const attempt = () => {
        const found = find();
        if (found !== undefined) settle(() => resolve(found));
        else if (isClosed) settle(() => reject(new Mismatch(expected, describe(waiting, true))));
      };
      const timer = setTimeout(
        () => settle(() => reject(new Mismatch(expected, describe(waiting, false)))),
        patienceMs,
      );
      look.add(attempt);
      attempt();
    });

  return {
    socket,
    waiting,
    send: (packet) => socket.write(generate(packet, { protocolVersion: version })),
    sendBytes: (bytes) => socket.write(bytes),
    receive: (command, isWanted = () => true) =>
      waitFor(() => {
        type Wanted = PacketOf<typeof command>;
        const index = waiting.findIndex(
          (packet) => packet.cmd === command && isWanted(packet as Wanted),
        );
        return index < 0 ? undefined : (waiting.splice(index, 1)[0] as Wanted);
      }, command.toUpperCase()),
    closed: async () => {
      await waitFor(() => (isClosed ? true : undefined), "the connection closed");
    },
    close: () => socket.destroy(),
  };
}

async function rejectWhenClosed(socket: TLSSocket): Promise<never> {
  await once(socket, "close");
  throw new Error("closed during the TLS handshake");
}

function describe(waiting: readonly Packet[], isClosed: boolean): string {
  const packets = waiting.map(({ cmd }) => cmd.toUpperCase()).join(", ");
  const state = isClosed ? "the connection closed" : "no more, in time";
  return packets === "" ? state : `${packets}, then ${state}`;
}
