import type { Inspection } from "../../formats/inspect-manifest.ts";
import type { ManifestOptions } from "../../formats/manifest-format.ts";
import { plural } from "../output.ts";
import { toCommand } from "../to-command.ts";
import { toRunnable } from "../to-runnable.ts";
import { wrapText } from "../wrap-text.ts";

/** Commands that follow from what was seen, each with why. */
export function toNextSteps(
  path: string,
  inspection: Inspection,
  { mapping, dataObject }: ManifestOptions,
): readonly string[] {
  const { devices, refused, cas } = inspection;
  if (devices === 0) {
    return cas === 0
      ? []
      : toStep("To have its CAs trusted as a manufacturer's issuers:", [
          toCommand("manufacturer add <id> --issuer", path),
        ]);
  }
  if (devices === refused) return [];
  return [
    ...toSignerStep(path, inspection, mapping),
    ...toIssuerStep(inspection),
    ...toStep("To see what a push would do, and then to push:", [
      toCommand("batch push", path, {
        mapping,
        dataObject,
        more: ["--profile <name>", "--dry-run"],
      }),
      toCommand("batch push", path, { mapping, dataObject, more: ["--profile <name>"] }),
    ]),
  ];
}

function toSignerStep(
  path: string,
  { warningCodes, verified }: Inspection,
  mapping: ManifestOptions["mapping"],
): readonly string[] {
  if ("SIGNATURE_NOT_CHECKED" in warningCodes) {
    return toStep("To check its signatures, and to have them count when it is pushed:", [
      toCommand("manifest inspect", path, { mapping, more: ["--signer <signer.pem>"] }),
      toRunnable("muster signer add <manufacturer> <signer.pem>"),
    ]);
  }
  if (!("signature" in verified)) return [];
  return toStep("Its signatures count once the signer is the manufacturer's:", [
    toRunnable("muster signer add <manufacturer> <signer.pem>"),
  ]);
}

function toIssuerStep({ issuers }: Inspection): readonly string[] {
  const count = Object.keys(issuers).length;
  const whose = count === 1 ? "Its issuer has" : `Its ${plural(count, "issuer")} have`;
  return toStep(`${whose} to be the manufacturer's, if not so yet:`, [
    toRunnable("muster ca register <ca.pem> --manufacturer <id>"),
  ]);
}

function toStep(why: string, commands: readonly string[]): readonly string[] {
  return [...wrapText(why, 2), ...commands.map((command) => `    ${command}`)];
}
