import type { Tool } from "../prepare/tools.ts";
import { type Ended, expectSuccess, runProgram, toWords } from "./run-program.ts";
import { type Dial, type Receiving, repeat, type Sight, type StockClient } from "./stock-client.ts";

interface CDeviceOptions {
  readonly name: string;
  readonly tool: Tool;
  readonly cannotSpeak?: NonNullable<StockClient["cannotSpeak"]>;
  /** Further options of every call. */
  readonly words?: readonly string[];
}

/** The small device in `c/`, on one of the TLS libraries that firmware is built with. */
export function createCDevice({
  name,
  tool,
  cannotSpeak,
  words = [],
}: CDeviceOptions): StockClient {
  const run = (dial: Dial, more: readonly string[] = [], onLine?: (line: string) => void) =>
    runProgram("path" in tool ? tool.path : "", [...wordsOf(dial), ...words, ...more], onLine);

  const connect = async (dial: Dial) => toSight(await run(dial));

  const receive = async (dial: Dial, { filter, count, onSubscribed }: Receiving) => {
    const ended = await run(dial, ["--subscribe", filter, "--count", String(count)], (line) => {
      if (line === "subscribed") onSubscribed();
    });
    expectSuccess(name, ended);
    return ended.lines.flatMap((line) => line.match(/^message (.*)$/)?.[1] ?? []);
  };

  const publish = async (dial: Dial, topic: string, payload: string) =>
    expectSuccess(name, await run(dial, ["--topic", topic, "--message", payload]));

  return {
    name,
    mqtt: "3.1.1",
    encodings: ["PEM", "DER"],
    ...("missing" in tool && { missing: tool.missing }),
    ...(cannotSpeak && { cannotSpeak }),
    connect,
    receive,
    publish,
    persist: (dial) => repeat(() => connect(dial)),
  };
}

function wordsOf(dial: Dial): readonly string[] {
  return toWords({
    "--port": String(dial.port),
    "--id": dial.clientId,
    "--tls": dial.tls.slice("TLSv".length),
    "--ca": dial.serverCa,
    "--cert": dial.certificate,
    "--key": dial.key,
    "--format": dial.encoding.toLowerCase(),
    "--alpn": dial.alpn,
    "--sni": dial.serverName,
  });
}

/** It says one line of how it ended. */
function toSight({ code, lines, stderr }: Ended): Sight {
  const said = lines.at(-1) ?? stderr;
  return { isConnected: code === 0, saw: code === 0 ? "connected" : `exit ${code}, ${said}` };
}
