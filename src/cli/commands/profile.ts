import { stringify } from "yaml";
import { MusterError } from "../../rules/errors.ts";
import { mayNameAlike } from "../../rules/profile/may-name-alike.ts";
import type { AppliedProfile } from "../../rules/profile/profile.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, print, toFields, toTable } from "../output.ts";
import { readFile } from "../read-files.ts";
import { toRunnable } from "../to-runnable.ts";

export function addProfileCommands({ program, json, open }: Cli): void {
  const profile = program
    .command("profile")
    .description("how a product's devices are admitted, named and authorised");

  profile
    .command("apply")
    .description("make a profile the one that new first connects are judged by")
    .argument("<file>", "the profile, YAML")
    .addHelpText("after", examples("muster profile apply sensor.yaml"))
    .action(async (file: string) => {
      const yaml = readFile(file).toString("utf8");
      const { applyProfile, listProfiles } = await open();
      const applied = await applyProfile(yaml).catch((error: unknown) => {
        throw toFileError(error, file);
      });
      const warnings = toWarnings(applied, await listProfiles());
      print(json, { ...applied, warnings }, () =>
        [
          `${colors.green("✓")} Profile ${colors.bold(applied.name)} stands at version ${applied.version}.`,
          toSummary(applied),
          ...warnings.map((warning) => `${colors.yellow("!")} ${warning}`),
        ].join("\n"),
      );
    });

  profile
    .command("show")
    .description("show a profile as it stands, in the form that apply takes")
    .argument("<name>")
    .addHelpText(
      "after",
      examples("muster profile show sensor", "muster profile show sensor > sensor.yaml"),
    )
    .action(async (name: string) => {
      const applied = await (await open()).readProfile(name);
      print(json, applied, () => {
        const { version, policyName, ...document } = applied;
        return `# version ${version}, policy ${policyName}\n${stringify(document).trimEnd()}`;
      });
    });

  profile
    .command("list")
    .description("list all profiles")
    .addHelpText("after", examples("muster profile list"))
    .action(async () => {
      const profiles = await (await open()).listProfiles();
      print(json, { profiles }, () =>
        profiles.length === 0
          ? `There are no profiles. Apply one with: ${toRunnable("muster profile apply <file.yaml>")}`
          : toTable(
              ["Name", "Version", "Thing name", "Policy"],
              profiles.map(({ name, version, thing, policyName }) => [
                name,
                String(version),
                thing.name,
                policyName,
              ]),
            ),
      );
    });
}

function toFileError(error: unknown, file: string): unknown {
  if (!(error instanceof MusterError) || error.code !== "PROFILE_INVALID") return error;
  const { code, message, details } = error;
  return new MusterError(code, `${file}: ${message}`, {
    cause: error,
    details: { ...details, file },
  });
}

function toWarnings(applied: AppliedProfile, all: readonly AppliedProfile[]): readonly string[] {
  const alike = all.filter(
    ({ name, ...other }) => name !== applied.name && mayNameAlike(applied, other),
  );
  return alike.map(
    ({ name, thing }) =>
      `Profile "${name}" can give the same thing names (${thing.name}): whoever connects first has it. Let their names begin differently.`,
  );
}

function toSummary({ thing, policyName, policy }: AppliedProfile): string {
  return toFields({
    "thing name": thing.name,
    policy: policyName,
    publish: policy.publish.join(", ") || undefined,
    subscribe: policy.subscribe.join(", ") || undefined,
  });
}
