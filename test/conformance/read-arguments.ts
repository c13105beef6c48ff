import { parseArgs } from "node:util";

export interface Arguments {
  readonly target: "stand-in" | "ministack" | "aws" | "endpoint";
  readonly endpoint: string;
  readonly mqtt: string;
  readonly ca: string | undefined;
  readonly region: string | undefined;
  readonly slow: boolean;
  readonly yes: boolean;
  readonly sweep: boolean;
  readonly accountWide: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** Names of areas, or beginnings of case ids; all without. */
  readonly wanted: readonly string[];
}

export const usage = `npm run test:conformance -- [options] [area or beginning of a case id …]

  --target stand-in|ministack|aws   what to ask; the stand-in by itself is the default
  --endpoint URL                    a control plane that runs already, with --mqtt
  --mqtt host:port                  its device endpoint
  --ca FILE                         the CA that signed the device endpoint's certificate
  --region R                        with --endpoint that of its ARNs, unless given
  --slow                            with the cases that wait for minutes
  --account-wide                    on AWS: with the cases that touch what the whole account shares
  --yes                             on AWS: yes, it costs a little, and uses quotas
  --sweep                           on AWS: only take away what broken runs left
  --json
`;

/** @throws when the words do not fit together. */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      target: { type: "string", default: "stand-in" },
      endpoint: { type: "string" },
      mqtt: { type: "string" },
      ca: { type: "string" },
      region: { type: "string" },
      slow: { type: "boolean", default: false },
      "account-wide": { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      sweep: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { endpoint = "", mqtt = "", ca, region, "account-wide": accountWide, ...rest } = values;
  if ((endpoint === "") !== (mqtt === "")) throw new Error("--endpoint and --mqtt go together");
  const target = endpoint === "" ? values.target : "endpoint";
  if (
    target !== "stand-in" &&
    target !== "ministack" &&
    target !== "aws" &&
    target !== "endpoint"
  ) {
    throw new Error(`--target is stand-in, ministack or aws, not ${target}`);
  }
  return { ...rest, target, endpoint, mqtt, ca, region, accountWide, wanted: positionals };
}
