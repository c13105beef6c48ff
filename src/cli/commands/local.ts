import type { LocalCloud, LocalPorts } from "../../local/start-local-cloud.ts";
import type { ConnectionReport } from "../../local/start-stand-in.ts";
import { MusterError } from "../../rules/errors.ts";
import { type Cli, examples, parsePort } from "../cli.ts";
import { colors, print, toFields } from "../output.ts";
import { exitCodes } from "../report-error.ts";

interface PortOptions {
  readonly mqttPort?: number;
  readonly iotPort?: number;
  readonly dynamodbPort?: number;
}

export function addLocalCommands({ program, json, flags }: Cli): void {
  const local = program
    .command("local")
    .description("run everything on this machine, until Ctrl-C")
    .option("--mqtt-port <port>", "for devices; default: 8883", parsePort)
    .option("--iot-port <port>", "for the IoT API; default: 8884", parsePort)
    .option("--dynamodb-port <port>", "for the database; default: 8885", parsePort)
    .addHelpText(
      "after",
      `\nState lies in the folder given with --state and survives any end.\n${examples(
        "muster local",
        "muster local --state /tmp/muster --mqtt-port 18883",
      )}`,
    )
    .action(async (options: PortOptions) => {
      const { readLocalSettings, startLocal } = await import("../../wiring/local.ts");
      const settings = readLocalSettings({ ...flags(), ports: toPorts(options) });
      const ended = Promise.withResolvers<string | undefined>();
      onSignals(() => ended.resolve(undefined));
      const cloud = await startLocal({
        ...settings,
        onConnection: (report) => json || console.log(toConnectionLine(report)),
        onFailure: ended.resolve,
      });
      print(json, cloud.endpoints, () => toBanner(cloud));
      const failure = await ended.promise;
      await cloud.close();
      if (failure !== undefined) throw new MusterError("LOCAL_CLOUD_FAILED", failure);
      if (!json) console.log("\nStopped. State is kept; start again with: npm start");
    });

  local
    .command("reset")
    .description("forget everything that the local cloud knows")
    .addHelpText("after", examples("muster local reset"))
    .action(async () => {
      const { readLocalSettings } = await import("../../wiring/local.ts");
      const { resetState } = await import("../../local/reset-state.ts");
      const { stateFolder } = readLocalSettings(flags());
      const removed = await resetState(stateFolder);
      print(json, { stateFolder, removed }, () =>
        removed.length === 0
          ? `There was nothing in ${stateFolder}.`
          : `${colors.green("✓")} Removed from ${stateFolder}: ${removed.join(", ")}.`,
      );
    });
}

function toPorts({ mqttPort, iotPort, dynamodbPort }: PortOptions): Partial<LocalPorts> {
  return {
    ...(mqttPort !== undefined && { mqtt: mqttPort }),
    ...(iotPort !== undefined && { iot: iotPort }),
    ...(dynamodbPort !== undefined && { dynamodb: dynamodbPort }),
  };
}

/** The first signal asks to stop, the second does not ask. */
function onSignals(stop: () => void): void {
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(exitCodes.interrupted);
      asked = true;
      stop();
    });
  }
}

function toBanner({ endpoints, queue }: LocalCloud): string {
  const { mqtt, iot, dynamodb, serverCa } = endpoints;
  const dead = queue.deadLetters().length;
  return [
    "",
    `  ${colors.bold("Muster's local cloud is up")}  ${colors.dim("(Ctrl-C stops it; state is kept)")}`,
    "",
    toFields({
      devices: `mqtts://${mqtt.serverName}:${mqtt.port}  TLS 1.2 and 1.3, MQTT 3.1.1`,
      "server CA": serverCa,
      "IoT API": `${iot}  aws iot … --endpoint-url ${iot}`,
      database: dynamodb,
      "dead letters": dead > 0 ? colors.yellow(String(dead)) : undefined,
    }),
    "",
    "  A device connects, with a certificate of a registered CA:",
    `    mosquitto_pub -h ${mqtt.serverName} -p ${mqtt.port} --cafile ${serverCa} \\`,
    "      --cert device.pem --key device.key -i <thing name> -q 1 -t <topic> -m hello",
    "",
    "  Set it up from another terminal:",
    "    npm run muster -- manufacturer add acme",
    "    npm run muster -- ca register acme-ca.pem --manufacturer acme",
    "    npm run muster -- --help",
    "",
    colors.dim("  Connections:"),
  ].join("\n");
}

function toConnectionLine({ at, outcome, sentence, clientId, chain }: ConnectionReport): string {
  const who = [clientId, chain[0]?.certificateId].filter(Boolean).join(" ");
  const word = outcome === "ACCEPTED" ? colors.green(outcome) : colors.yellow(outcome);
  return `  ${colors.dim(at.toISOString().slice(11, 19))}  ${word}  ${who}  ${colors.dim(sentence)}`;
}
