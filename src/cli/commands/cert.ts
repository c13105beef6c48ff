import type { CertificateRecord, CertificateState } from "../../onboarding/certificate-state.ts";
import { certificateHelp, checkKnown, parseCertificate } from "../certificate-argument.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, print, toFields } from "../output.ts";
import { addActCommand } from "./act.ts";
import { addCertListCommand } from "./cert-list.ts";
import { toFindingsText } from "./standing.ts";

export function addCertCommands(cli: Cli): void {
  const { program, json, open } = cli;
  const cert = program.command("cert").description("device certificates: which are out, and why");

  cert
    .command("show")
    .description("show where a certificate stands and, if it is out, why and what helps")
    .argument("<certificate>", certificateHelp)
    .addHelpText(
      "after",
      examples("muster cert show device.pem", "muster cert show 5f3c…e1 --json"),
    )
    .action(async (certificate: string) => {
      const given = parseCertificate(certificate);
      const record = checkKnown(await (await open()).readRecord(given.certificateId), given);
      print(json, toData(record), () => toText(record));
    });

  addCertListCommand(cli, cert);

  addActCommand(cli, cert, {
    act: "hold",
    done: "Held",
    description: "keep a certificate out until it is released; nothing else lets it in",
    example: 'muster cert hold device.pem --reason "returned for analysis"',
  });
  addActCommand(cli, cert, {
    act: "release",
    done: "Released",
    description: "take back holds and revocations, and decide again",
    example: 'muster cert release device.pem --reason "analysis done"',
  });
  addActCommand(cli, cert, {
    act: "release-claim",
    done: "Claim released",
    description:
      "settle a dispute: take back who made a certificate, so that whoever pushes it next is the first",
    example: 'muster cert release-claim device.pem --reason "acme pushed it by mistake"',
  });
}

/** Without the bytes of certificates, which say nothing to readers of JSON. */
function toData({ certificateId, entries, revocations, hold, state }: CertificateRecord) {
  return {
    certificateId,
    state: state ?? null,
    entries: entries.map((entry) => ({ ...entry, certificate: undefined, chain: undefined })),
    hold: hold ?? null,
    revocations,
  };
}

function toText(record: CertificateRecord): string {
  const { certificateId, entries, revocations, hold, state } = record;
  const blocks = [
    `${colors.bold("Certificate")} ${certificateId}`,
    toFields({ stands: toStanding(record), ...toStateFields(state) }),
  ];
  if (state && state.status !== "admitted" && state.findings.length > 0) {
    blocks.push(`\n${colors.bold("Why it is out")}`, toFindingsText(state.findings));
  }
  blocks.push(`\n${colors.bold("Ledger entries")}`);
  if (entries.length === 0) blocks.push("  none: no manufacturer has said that it made it");
  for (const { manufacturer, profile, batch, deviceId, importedAt } of entries) {
    blocks.push(
      toFields({ manufacturer, profile, batch, "device id": deviceId, imported: importedAt }),
    );
  }
  if (hold)
    blocks.push(`\n${colors.bold("Hold")}`, `  by ${hold.by} at ${hold.at}: ${hold.reason}`);
  for (const { by, at, reason } of revocations) {
    blocks.push(`\n${colors.bold("Revocation")}`, `  by ${by} at ${at}: ${reason}`);
  }
  return blocks.join("\n");
}

function toStanding({ state, hold, revocations, entries }: CertificateRecord): string {
  if (state?.status === "quarantined" && hold) {
    return colors.yellow("out, until an operator releases it");
  }
  if (state) return statuses[state.status];
  if (hold || revocations.length > 0) return "has not connected yet; it will be kept out";
  return entries.length > 0
    ? "has not connected yet; its first connect is judged by the ledger"
    : "has not connected yet";
}

const statuses: Readonly<Record<CertificateState["status"], string>> = {
  admitted: colors.green("in: the device can connect"),
  onboarding: "being let in just now",
  parking: "being put out just now",
  quarantined: colors.yellow(
    "out, until what is said below is cured; Muster looks again by itself",
  ),
  rejected: colors.red("out for good, unless an operator releases it"),
};

function toStateFields(state: CertificateState | undefined): Record<string, string | undefined> {
  if (!state) return {};
  return {
    since: state.since,
    thing: state.thingName,
    profile: state.profile && `${state.profile}, version ${state.profileVersion ?? "?"}`,
    attempts: state.attempt > 0 ? String(state.attempt) : undefined,
    CA: state.caCertificateId,
  };
}
