import type { Pushed } from "../batch/push-batch.ts";
import { toRowsTable } from "../batch/rows-table.ts";
import { colors, plural, toTable } from "../output.ts";
import type { Facts } from "./fleet.ts";
import type { Observation } from "./observe-device.ts";
import type { DemoResult } from "./run-demo.ts";

/** Milliseconds from first connect to ACTIVE, of devices that were in the ledger before. */
interface Times {
  readonly median: number;
  readonly slowest: number;
}

/** The result for programs. */
export function toDemoData(result: DemoResult, ok: boolean, seconds: number): object {
  const { pushed, observations, surprises, audit } = result;
  const { id, status, counts } = pushed.batch;
  return {
    ok,
    batch: { id, status, counts, refused: pushed.firstRefused },
    devices: observations.map(({ device, protocol, seen, activeAfterMs }) => ({
      device: device.thingName,
      story: device.story,
      certificateId: device.certificate.certificateId,
      tls: protocol,
      key: device.key,
      ...seen,
      firstConnectToActiveMs: activeAfterMs === undefined ? null : Math.round(activeAfterMs),
      asExpected: isAsExpected(seen, device.expected),
    })),
    surprises,
    audit: { whole: audit.broken.length === 0, ...audit },
    firstConnectToActiveMs: toTimes(observations),
    seconds: Math.round(seconds * 10) / 10,
  };
}

const reportColumns = 100;

/** The result for people, in 100 columns. */
export function toDemoText(result: DemoResult, seconds: number): string {
  const { pushed, observations, surprises, audit } = result;
  const times = toTimes(observations);
  const verdict =
    audit.broken.length === 0
      ? `${colors.green("✓")} audit      whole: ${plural(audit.chains, "chain")}, ${plural(audit.records, "record")}`
      : `${colors.red("✗")} audit      ${plural(audit.broken.length, "chain")} broken`;
  return [
    "",
    toPushedText(pushed),
    "",
    toTable(
      ["", "Device", "TLS, key", "First", "Decision", "Later", "Own", "Other's", "Active"],
      observations.map(toRow),
      Number.POSITIVE_INFINITY,
    ),
    "",
    colors.dim(
      "First, Later: connects; AWS IoT closes every first one while it registers the device.",
    ),
    colors.dim("Not registered: AWS IoT itself turns these away, so Muster never hears of them."),
    colors.dim("Own, Other's: publishing on the device's own topic, and on another device's."),
    colors.dim("Active: from the beginning of the first connect until AWS IoT says ACTIVE."),
    "",
    surprises.length === 0
      ? `${colors.green("✓")} devices    ${plural(observations.length, "device")}, each as it should be`
      : `${colors.red("✗")} devices    ${plural(surprises.length, "surprise")}:\n${surprises.map((each) => `    ${each}`).join("\n")}`,
    verdict,
    `${colors.green("✓")} times      first connect to active: median ${times.median} ms, slowest ${times.slowest} ms; all in ${seconds.toFixed(1)} s`,
    "",
    colors.bold("Next"),
    "  npm start                     a local cloud that stays, for your own devices",
    "  npm run muster -- --help      set that up: manufacturer, ca, profile, token, batch",
    "  npm run muster -- cert show   why a device is out, and what helps",
  ].join("\n");
}

function toPushedText({ batch, firstRefused }: Pushed): string {
  const { rows, added, refused } = batch.counts;
  return [
    `Acme's batch, ${batch.fileName}: ${plural(rows, "row")}, ${added} added, ${refused} refused`,
    toRowsTable(firstRefused, reportColumns),
  ].join("\n");
}

function toRow({ device, seen, protocol, activeAfterMs }: Observation): readonly string[] {
  const { expected } = device;
  return [
    isAsExpected(seen, expected) ? colors.green("✓") : colors.red("✗"),
    device.story.replaceAll(/(.{1,13})(?: |$)/g, "$1\n").trimEnd(),
    `${protocol.replace("TLSv", "")} ${device.key}`,
    paint(seen.firstConnect, expected.firstConnect),
    paint(
      seen.decision.replaceAll(/ (?=[A-Z_]{4,})|, /g, (gap) => `${gap.trim()}\n`),
      expected.decision,
    ),
    paint(seen.laterConnect, expected.laterConnect),
    paint(seen.ownTopic, expected.ownTopic),
    paint(seen.otherTopic, expected.otherTopic),
    activeAfterMs === undefined ? "–" : `${Math.round(activeAfterMs)} ms`,
  ];
}

function isAsExpected(seen: Facts, expected: Facts): boolean {
  return Object.entries(expected).every(([name, value]) => seen[name as keyof Facts] === value);
}

/** Red is for what should not be; being refused may be just right. */
function paint(text: string, expected: string): string {
  if (text.replaceAll("\n", " ") !== expected) return colors.red(text);
  if (["accepted", "allowed", "admit"].includes(text)) return colors.green(text);
  return text === "–" ? colors.dim(text) : text;
}

function toTimes(observations: readonly Observation[]): Times {
  const times = observations
    .filter(({ device }) => device.entry === "before")
    .flatMap(({ activeAfterMs }) => activeAfterMs ?? [])
    .sort((a, b) => a - b)
    .map(Math.round);
  return { median: times[Math.floor(times.length / 2)] ?? 0, slowest: times.at(-1) ?? 0 };
}
