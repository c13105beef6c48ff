import { toMicrochipSigner } from "../../formats/microchip/known-signers.ts";
import { MusterError } from "../../rules/errors.ts";
import { isCertificateId } from "../certificate-argument.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, print, toFields, toTable } from "../output.ts";
import { readOneCertificate } from "../read-files.ts";
import { toRunnable } from "../to-runnable.ts";

export function addSignerCommands({ program, json, flags }: Cli): void {
  const signer = program
    .command("signer")
    .description("whose signature on a manufacturer's manifests counts");
  const open = async () => {
    const { wireAccessTarget } = await import("../../wiring/target.ts");
    return (await wireAccessTarget(flags())).signers;
  };

  signer
    .command("add")
    .description("let a certificate's signature on manifests count, as that of Microchip's log")
    .argument("<manufacturer>", "its id")
    .argument("<file>", "the signer's certificate, PEM or DER")
    .addHelpText("after", examples("muster signer add microchip signer.pem"))
    .action(async (manufacturer: string, file: string) => {
      const der = readOneCertificate(file);
      const added = await (await open()).add(manufacturer, der);
      const published = toMicrochipSigner(added.certificateId);
      print(json, { manufacturer, ...added }, () =>
        [
          `${colors.green("✓")} Manifests of ${manufacturer} may be signed by ${added.subject}.`,
          toFields({
            id: added.certificateId,
            until: added.notAfter.slice(0, 10),
            known: published && `Microchip's own "${published}"`,
          }),
        ].join("\n"),
      );
    });

  signer
    .command("list")
    .description("list a manufacturer's signers")
    .argument("<manufacturer>", "its id")
    .addHelpText("after", examples("muster signer list microchip"))
    .action(async (manufacturer: string) => {
      const signers = await (await open()).list(manufacturer);
      print(json, { manufacturer, signers }, () =>
        signers.length === 0
          ? `Nobody's signature counts for ${manufacturer}. Add one with: ${toRunnable(`muster signer add ${manufacturer} <file>`)}`
          : toTable(
              ["Subject", "Id", "From", "Until"],
              signers.map(({ subject, certificateId, notBefore, notAfter }) => [
                subject,
                certificateId,
                notBefore.slice(0, 10),
                notAfter.slice(0, 10),
              ]),
            ),
      );
    });

  signer
    .command("remove")
    .description("let a signature count no more; what was taken stays")
    .argument("<manufacturer>", "its id")
    .argument("<id>", "the signer's certificate id (64 hex digits)")
    .addHelpText("after", examples("muster signer remove microchip 5f3c…e1"))
    .action(async (manufacturer: string, id: string) => {
      if (!isCertificateId(id)) {
        throw new MusterError(
          "USAGE_INVALID",
          `"${id}" is no certificate id: it has 64 hex digits.`,
        );
      }
      const certificateId = id.toLowerCase();
      await (await open()).remove(manufacturer, certificateId);
      print(json, { manufacturer, certificateId }, () => {
        return `${colors.green("✓")} Its signature counts no more for ${manufacturer}.`;
      });
    });
}
