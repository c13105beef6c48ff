import type { TargetFlags } from "../../wiring/target.ts";
import { colors, toTable } from "../output.ts";
import { toRunnable } from "../to-runnable.ts";
import type { SetupStep } from "./carry-out-setup.ts";
import type { SetupPlan } from "./setup-plan.ts";

interface Done {
  readonly url: string;
  readonly steps: readonly SetupStep[];
  /** That a token was put into. */
  readonly file?: string;
  readonly plan: SetupPlan;
  readonly iotEndpoint: string | undefined;
  readonly flags: TargetFlags;
}

const names = { manufacturer: "manufacturer", ca: "CA", profile: "profile", token: "your token" };
const statuses = { made: "made", changed: "changed", there: "was there" };

/** Says what is there now, and what comes next. */
export function toSetupText({ url, steps, file, plan, iotEndpoint, flags }: Done): string {
  const rows = steps.map(({ what, status, id, detail }) => [
    status === "there" ? colors.dim("=") : colors.green("✓"),
    names[what],
    id.length > 20 ? `${id.slice(0, 12)}…` : id,
    detail,
    statuses[status],
  ]);
  const profile = steps.find(({ what }) => what === "profile")?.id ?? "";
  const { id } = plan.manufacturer;
  const region = flags.region === undefined ? "" : `--region ${flags.region} `;
  const stage = flags.stage === undefined ? "" : `--stage ${flags.stage} ${region}`;
  const next = [
    `muster ${stage}token create --role manufacturer --manufacturer ${id} > ${id}.token`,
    `muster batch push <file> --url ${url} --profile ${profile} --token-file ${id}.token`,
  ];
  return [
    toTable(["", "", "", "", ""], rows, Number.POSITIVE_INFINITY).trimStart(),
    ...(file === undefined ? [] : [`Your token is in ${file}; commands use it for ${url}.`]),
    "",
    `Next: a token for ${id}, with which its batches are pushed.`,
    ...next.map((line) => `  ${toRunnable(line)}`),
    ...(iotEndpoint === undefined ? [] : [`Devices connect to ${iotEndpoint}, port 8883.`]),
  ].join("\n");
}
