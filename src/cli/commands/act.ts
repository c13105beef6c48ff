import type { Command } from "commander";
import type { CertificateRecord } from "../../onboarding/certificate-state.ts";
import { certificateHelp, checkKnown, parseCertificate } from "../certificate-argument.ts";
import { checkReason } from "../check-reason.ts";
import { type Cli, examples } from "../cli.ts";
import { print } from "../output.ts";
import { timeLimits } from "../time-limits.ts";
import { toStandingText } from "./standing.ts";

interface Act {
  readonly act: "hold" | "release" | "revoke" | "release-claim";
  /** What the answer says was done. */
  readonly done: string;
  readonly description: string;
  readonly example: string;
}

/** Adds a command by which an operator says a word on one certificate. */
export function addActCommand(
  { json, open }: Cli,
  parent: Command,
  { act, done, description, example }: Act,
): void {
  parent
    .command(act)
    .description(description)
    .argument("<certificate>", certificateHelp)
    .requiredOption("--reason <text>", "why; it is in the audit record")
    .addHelpText("after", examples(example))
    .action(async (certificate: string, { reason }: { reason: string }) => {
      checkReason(reason);
      const given = parseCertificate(certificate);
      const { certificateId } = given;
      const { readRecord, changeStanding } = await open();
      const before = await readRecord(certificateId);
      // An operator may hold or revoke what has yet to arrive, but only take back what was said.
      if (act.startsWith("release")) checkKnown(before, given);
      const changed = changes[act](before);
      const signal = AbortSignal.timeout(timeLimits.actMs);
      const standing = await changeStanding({ certificateId, act, reason, signal });
      // Without a standing there may still be a state: that of an attempt in flight.
      const { state } = standing ? {} : await readRecord(certificateId);
      print(
        json,
        { certificateId, changed, standing: standing ?? null, inFlight: state !== undefined },
        () =>
          toStandingText(
            certificateId,
            changed ? done : nothing[act],
            standing ?? (state ? "in flight" : "not connected"),
          ),
      );
    });
}

const changes: Readonly<Record<Act["act"], (record: CertificateRecord) => boolean>> = {
  hold: () => true,
  revoke: () => true,
  release: ({ hold, revocations }) => hold !== undefined || revocations.length > 0,
  "release-claim": ({ entries }) => entries.length > 0,
};

const nothing = {
  hold: "",
  revoke: "",
  release: "Nothing was held or revoked",
  "release-claim": "Nobody had claimed it",
} as const;
