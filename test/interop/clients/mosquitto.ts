import { join } from "node:path";
import type { Tool } from "../prepare/tools.ts";
import { expectSuccess, runProgram, toWords } from "./run-program.ts";
import { type Dial, type Receiving, repeat, type StockClient } from "./stock-client.ts";

/** The command-line clients of Eclipse Mosquitto, by OpenSSL. They send what `-h` says as SNI. */
export function createMosquitto(tool: Tool, mqtt: StockClient["mqtt"]): StockClient {
  const [folder, missing] =
    "path" in tool ? [join(tool.path, ".."), undefined] : ["", tool.missing];
  const wordsOf = (dial: Dial) =>
    toWords({
      "-h": dial.serverName ?? "localhost",
      "-p": String(dial.port),
      "-i": dial.clientId,
      "-V": mqtt === "5" ? "mqttv5" : "mqttv311",
      "-q": "1",
      "--cafile": dial.serverCa,
      "--cert": dial.certificate,
      "--key": dial.key,
      "--tls-alpn": dial.alpn,
    });
  const publishOnce = (dial: Dial, words: readonly string[]) =>
    runProgram(join(folder, "mosquitto_pub"), [...wordsOf(dial), ...words]);

  const connect = async (dial: Dial) => {
    const { code, stderr } = await publishOnce(dial, ["-t", `dt/${dial.clientId}/up`, "-n"]);
    return { isConnected: code === 0, saw: code === 0 ? "connected" : `exit ${code}, ${stderr}` };
  };

  const receive = async (dial: Dial, { filter, count, onSubscribed }: Receiving) => {
    // With -d it says when it is subscribed; without stdbuf only when it has said a lot more.
    const program = ["-oL", join(folder, "mosquitto_sub")];
    const words = [...wordsOf(dial), "-t", filter, "-v", "-d", "-C", String(count)];
    const ended = await runProgram("stdbuf", [...program, ...words], (line) => {
      if (line.startsWith("Subscribed")) onSubscribed();
    });
    expectSuccess("mosquitto_sub", ended);
    return ended.lines.filter((line) => line.startsWith("dt/"));
  };

  const publish = async (dial: Dial, topic: string, payload: string) => {
    // The last of two options counts.
    for (const qos of ["0", "1"]) {
      const ended = await publishOnce(dial, ["-q", qos, "-t", topic, "-m", payload]);
      expectSuccess("mosquitto_pub", ended);
    }
  };

  return {
    name: "mosquitto",
    mqtt,
    encodings: ["PEM"],
    ...(missing !== undefined && { missing }),
    connect,
    receive,
    publish,
    persist: (dial) => repeat(() => connect(dial)),
  };
}
