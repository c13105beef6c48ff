/** How a client is to connect. Paths are of files in the encoding. */
export interface Dial {
  readonly clientId: string;
  readonly port: number;
  readonly serverCa: string;
  readonly certificate: string;
  readonly key: string;
  readonly encoding: Encoding;
  readonly tls: TlsVersion;
  /** Without it `localhost`, which every client dials; empty sends none. */
  readonly serverName?: string;
  readonly alpn?: string;
}

export type Encoding = "PEM" | "DER";
export type TlsVersion = "TLSv1.2" | "TLSv1.3";

/** What a client says of a connect, in its own words. */
export interface Sight {
  readonly isConnected: boolean;
  readonly saw: string;
}

export interface Receiving {
  readonly filter: string;
  /** How many messages it waits for. */
  readonly count: number;
  /** Called when the subscription was acknowledged. */
  readonly onSubscribed: () => void;
}

/** A message as `topic payload`. */
export type Line = string;

/** A program or library that others made, used as they say; each call is a connection of its own. */
export interface StockClient {
  readonly name: string;
  readonly mqtt: "3.1.1" | "5";
  readonly encodings: readonly Encoding[];
  /** Why it cannot speak this version of TLS. */
  readonly cannotSpeak?: Partial<Readonly<Record<TlsVersion, string>>>;
  /** Why it is not here. */
  readonly missing?: string;
  /** One attempt, whatever it does when it fails. */
  readonly connect: (dial: Dial) => Promise<Sight>;
  readonly receive: (dial: Dial, receiving: Receiving) => Promise<readonly Line[]>;
  /** Publishes the same with QoS 0 and with QoS 1, and waits until that is acknowledged. */
  readonly publish: (dial: Dial, topic: string, payload: string) => Promise<void>;
  /** Connects until it is let in, as often as this client or its user does; says how often it was. */
  readonly persist: (dial: Dial) => Promise<number>;
}

export function toLine(topic: string, payload: Uint8Array): Line {
  return `${topic} ${Buffer.from(payload).toString()}`;
}

/** What the user of a client does that gives up: tries again after a while, until he is let in. */
export async function repeat(connect: () => Promise<Sight>): Promise<number> {
  for (let attempts = 1; attempts <= 20; attempts += 1) {
    const { isConnected } = await connect();
    if (isConnected) return attempts;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error("It was not let in");
}
