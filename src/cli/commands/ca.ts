import { Option } from "commander";
import type { CaMode } from "../../access/certificate-authorities/register-ca.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, print, toFields, toTable } from "../output.ts";
import { readOneCertificate } from "../read-files.ts";
import { toRunnable } from "../to-runnable.ts";

interface RegisterOptions {
  readonly manufacturer: string;
  readonly mode?: CaMode;
  readonly verificationCertificate?: string;
}

export function addCaCommands({ program, json, open }: Cli): void {
  const ca = program.command("ca").description("CAs whose devices may register by connecting");

  ca.command("register")
    .description("register a manufacturer's CA with AWS IoT, for just-in-time registration")
    .argument("<file>", "the CA certificate, PEM or DER")
    .requiredOption("--manufacturer <id>", "whose issuer it is")
    .addOption(
      new Option(
        "--mode <mode>",
        "SNI_ONLY needs no proof of the CA's key, and devices send SNI",
      ).choices(["SNI_ONLY", "DEFAULT"]),
    )
    .option(
      "--verification-certificate <file>",
      "DEFAULT mode: proof of the CA's key (see: ca code)",
    )
    .addHelpText(
      "after",
      examples(
        "muster ca register acme-ca.pem --manufacturer acme",
        "muster ca register acme-ca.pem --manufacturer acme --mode DEFAULT \\\n      --verification-certificate proof.pem",
      ),
    )
    .action(async (file: string, options: RegisterOptions) => {
      const proof = options.verificationCertificate;
      const request = {
        ca: readOneCertificate(file),
        manufacturer: options.manufacturer,
        mode: options.mode ?? (proof === undefined ? "SNI_ONLY" : "DEFAULT"),
        ...(proof !== undefined && { verificationCertificate: readOneCertificate(proof) }),
      } as const;
      const registered = await (await open()).registerCa(request);
      print(json, registered, () =>
        [
          `${colors.green("✓")} Devices of ${registered.subject} now register by connecting.`,
          toFields({
            id: registered.caCertificateId,
            manufacturer: registered.manufacturer,
            mode: registered.mode,
            until: registered.notAfter.slice(0, 10),
          }),
        ].join("\n"),
      );
    });

  ca.command("list")
    .description("list this deployment's CAs, and how AWS IoT has them")
    .addHelpText("after", examples("muster ca list", "muster ca list --json"))
    .action(async () => {
      const cas = await (await open()).listCas();
      print(json, { cas }, () =>
        cas.length === 0
          ? `There are no CAs. Register one with: ${toRunnable("muster ca register <file> --manufacturer <id>")}`
          : toTable(
              ["Subject", "Id", "Manufacturer", "Mode", "In AWS IoT", "Until"],
              cas.map(({ subject, caCertificateId, manufacturer, mode, status, notAfter }) => [
                subject,
                caCertificateId,
                manufacturer,
                mode,
                status,
                notAfter.slice(0, 10),
              ]),
            ),
      );
    });

  ca.command("code")
    .description("print the registration code that a verification certificate carries")
    .addHelpText("after", examples("muster ca code"))
    .action(async () => {
      const registrationCode = await (await open()).readRegistrationCode();
      print(json, { registrationCode }, () =>
        [
          registrationCode,
          "",
          "Whoever has the CA's key proves it with a certificate that carries the code:",
          "  openssl req -new -newkey rsa:2048 -nodes -keyout proof.key -out proof.csr \\",
          `    -subj "/CN=${registrationCode}"`,
          "  openssl x509 -req -in proof.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \\",
          "    -out proof.pem",
        ].join("\n"),
      );
    });
}
