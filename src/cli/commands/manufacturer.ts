import type { Manufacturers } from "../../access/manufacturers/manage-manufacturers.ts";
import { toCertificateFacts } from "../../rules/certificate/to-certificate-facts.ts";
import { toCertificateId } from "../../rules/certificate/to-certificate-id.ts";
import type { Manufacturer } from "../../rules/decision/ledger.ts";
import { MusterError } from "../../rules/errors.ts";
import { parseCaCertificates } from "../certificate-argument.ts";
import { type Cli, examples } from "../cli.ts";
import { colors, print, toFields, toTable } from "../output.ts";
import { readCaCertificates } from "../read-files.ts";
import { toRunnable } from "../to-runnable.ts";

interface AddOptions {
  readonly name?: string;
  readonly issuer?: readonly string[];
}

export function addManufacturerCommands({ program, json, open }: Cli): void {
  const manufacturer = program
    .command("manufacturer")
    .description("who makes device certificates, and from which CAs");

  manufacturer
    .command("add")
    .description("add a manufacturer, rename it, or give it more issuers")
    .argument("<id>", "lower-case letters, digits and hyphens")
    .option("--name <name>", "for people; default: the id")
    .option(
      "--issuer <file...>",
      "CA certificates that it issues from, PEM or DER; all of each file",
    )
    .addHelpText(
      "after",
      examples(
        'muster manufacturer add acme --name "Acme Semiconductors"',
        "muster manufacturer add acme --issuer acme-ca-2.pem",
      ),
    )
    .action(async (id: string, { name, issuer = [] }: AddOptions) => {
      const issuers = issuer.flatMap((file) =>
        readCaCertificates(file).map((der) => ({ file, der })),
      );
      const { manufacturers } = await open();
      let value = await addOrKeep(manufacturers, id, name);
      for (const { file, der } of issuers) {
        value = await manufacturers.addIssuer(id, der).catch((error: unknown) => {
          throw toIssuerError(error, id, file);
        });
      }
      show(value);
    });

  manufacturer
    .command("list")
    .description("list all manufacturers")
    .addHelpText("after", examples("muster manufacturer list"))
    .action(async () => {
      const all = await (await open()).manufacturers.list();
      print(json, { manufacturers: all.map(toData) }, () =>
        all.length === 0
          ? `There are no manufacturers. Add one with: ${toRunnable("muster manufacturer add <id>")}`
          : toTable(
              ["Id", "Name", "Status", "Issuers"],
              all.map(({ id, name, status, issuers }) => [
                id,
                name,
                status,
                String(issuers.length),
              ]),
            ),
      );
    });

  manufacturer
    .command("show")
    .description("show a manufacturer and its issuers")
    .argument("<id>")
    .addHelpText("after", examples("muster manufacturer show acme"))
    .action(async (id: string) => show(await (await open()).manufacturers.get(id)));

  manufacturer
    .command("suspend")
    .description("let in no more of its devices; those that are in stay in")
    .argument("<id>")
    .addHelpText("after", examples("muster manufacturer suspend acme"))
    .action(async (id: string) =>
      show(await (await open()).manufacturers.setStatus(id, "suspended")),
    );

  manufacturer
    .command("resume")
    .description("let its devices in again; those kept out meanwhile come in with: muster heal")
    .argument("<id>")
    .addHelpText("after", examples("muster manufacturer resume acme", "muster heal"))
    .action(async (id: string) => show(await (await open()).manufacturers.setStatus(id, "active")));

  const issuerActs = [
    [
      "share",
      "shareIssuer",
      "let others issue from its CA too; batches under it then count signed or approved",
    ],
    ["unshare", "unshareIssuer", "make a shared CA its own again, once no other issues from it"],
    ["remove-issuer", "removeIssuer", "trust a CA of its no more; devices that are in stay in"],
  ] as const;
  for (const [name, act, description] of issuerActs) {
    manufacturer
      .command(name)
      .description(description)
      .argument("<id>")
      .argument(
        "<issuer>",
        "a file of CA certificates, PEM or DER, or the id of one (64 hex digits)",
      )
      .addHelpText("after", examples(`muster manufacturer ${name} acme vendor-ca.pem`))
      .action(async (id: string, issuer: string) => {
        const given = parseCaCertificates(issuer);
        const { manufacturers } = await open();
        let value = await manufacturers.get(id);
        const its = new Set(value.issuers.map(toCertificateId));
        const known = given.filter((ca) => its.has(ca));
        for (const ca of known.length > 0 ? known : given) {
          value = await manufacturers[act](id, ca);
        }
        show(value);
      });
  }

  function show(value: Manufacturer): void {
    const data = toData(value);
    print(json, data, () =>
      [
        colors.bold(data.id),
        toFields({
          name: data.name,
          status: data.status,
          issuers: data.issuers.length === 0 ? "none" : undefined,
        }),
        ...data.issuers.flatMap(({ subject, caCertificateId, notAfter, shared }) => [
          `  ${colors.dim("issuer")}  ${subject}, until ${notAfter.slice(0, 10)}`,
          `    ${caCertificateId}${shared ? ", shared" : ""}`,
        ]),
      ].join("\n"),
    );
  }
}

/** Without a name an existing manufacturer keeps its own. */
async function addOrKeep(
  manufacturers: Manufacturers,
  id: string,
  name: string | undefined,
): Promise<Manufacturer> {
  if (name !== undefined) return manufacturers.add(id, name);
  try {
    return await manufacturers.get(id);
  } catch (error) {
    if (error instanceof MusterError && error.code === "MANUFACTURER_UNKNOWN") {
      return manufacturers.add(id, id);
    }
    throw error;
  }
}

/** What was done before stays done, so it has to be said. */
function toIssuerError(error: unknown, id: string, file: string): unknown {
  if (!(error instanceof MusterError)) return error;
  return new MusterError(
    error.code,
    `The manufacturer "${id}" is there, but its issuer ${file} was not added: ${error.message}`,
    { cause: error, details: error.details },
  );
}

function toData({ issuers, sharedIssuers = [], signers = [], ...rest }: Manufacturer) {
  return {
    ...rest,
    issuers: issuers.map((der) => {
      const { certificateId, subject, notAfter } = toCertificateFacts(der);
      const shared = sharedIssuers.includes(certificateId);
      return { caCertificateId: certificateId, subject, notAfter: notAfter.toISOString(), shared };
    }),
    signers: signers.map(toCertificateId),
  };
}
