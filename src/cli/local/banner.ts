import type { LocalCloud } from "../../local/start-local-cloud.ts";
import type { StandInBehaviour } from "../../local/start-stand-in.ts";
import { toCommand, toPipedCommand } from "../../local/state-command.ts";
import { colors, toFields } from "../output.ts";

export interface BannerInput {
  readonly cloud: Pick<LocalCloud, "endpoints" | "queue" | "ingestQueue">;
  readonly stateFolder: string;
  readonly behaviour: StandInBehaviour;
  readonly quiet: boolean;
}

/** What is up, and the first commands for it. */
export function toBanner({ cloud, stateFolder, behaviour, quiet }: BannerInput): string {
  const { mqtt, iot, dynamodb, api, region, serverCa } = cloud.endpoints;
  const dead = cloud.queue.counts().dead + cloud.ingestQueue.counts().dead;
  const tls = behaviour.maxTlsVersion === "TLSv1.2" ? "TLS 1.2" : "TLS 1.2 and 1.3";
  const muster = (words: string) => `    ${toCommand(words, stateFolder)}`;
  return [
    "",
    `  ${colors.bold("Muster's local cloud is up")}  ${colors.dim("(Ctrl-C stops it; state is kept)")}`,
    "",
    toFields({
      devices: `mqtts://${mqtt.serverName}:${mqtt.port}  MQTT 3.1.1 and 5, ${tls}`,
      "server CA": serverCa,
      "HTTP API": api,
      "IoT API": iot,
      database: dynamodb,
      behaviour: toDeviations(behaviour),
      "dead letters":
        dead > 0
          ? colors.yellow(`${dead}, see: ${toCommand("local status", stateFolder)}`)
          : undefined,
    }),
    "",
    "  A device connects, with a certificate of a registered CA:",
    `    mosquitto_pub -h ${mqtt.serverName} -p ${mqtt.port} --cafile ${serverCa} \\`,
    "      --cert device.pem --key device.key -i <thing name> -q 1 -t <topic> -m hello",
    "",
    "  Set it up and look at it from another terminal:",
    muster("manufacturer add acme"),
    muster("ca register acme-ca.pem --manufacturer acme"),
    muster("local status"),
    muster("--help"),
    "",
    "  AWS's own tools, in all of a shell, or for one command with any credentials:",
    `    eval "$(${toPipedCommand("local env", stateFolder)})"`,
    `    aws iot list-certificates --endpoint-url ${iot} --region ${region}`,
    "",
    colors.dim(
      quiet ? `  Connections: ${toCommand("local log --follow", stateFolder)}` : "  Connections:",
    ),
  ].join("\n");
}

/** How it was asked to be other than by default. */
function toDeviations(behaviour: StandInBehaviour): string | undefined {
  const { quotaScale = 1, propagationDelayMs = 0 } = behaviour;
  const told = [
    quotaScale === 0 && "no quotas",
    quotaScale !== 0 && quotaScale !== 1 && `AWS's quotas times ${quotaScale}`,
    propagationDelayMs > 0 && `changes reach connections after ${propagationDelayMs / 1_000} s`,
  ].filter(Boolean);
  return told.length > 0 ? told.join(", ") : undefined;
}
