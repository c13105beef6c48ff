import { toPem } from "../certificates/to-pem.ts";
import { toPemText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";
import { writeZip, type ZipFileSpec } from "./write-zip.ts";

/** What the directory of a ZIP takes without its long form. */
const maxCount = 60_000;

/** One file for each device, named for it, as factories pack what OpenSSL gave them. */
export const zipSample: SampleFormat = {
  name: "zip",
  title: "ZIP of a certificate file for each device, the CA among them",
  ending: ".zip",
  profile: genericProfile,
  maxCount,
  *write(rows, { pki, defects }) {
    function* files(): Generator<ZipFileSpec> {
      yield { name: "ca.crt", content: toPem(pki.ca.der) };
      let isDer = true;
      for (const row of rows) {
        // The name's ending says nothing of it.
        isDer = !isDer && row.text === undefined;
        const content = isDer ? row.certificate : toPemText(row, defects);
        yield { name: `certificates/${row.deviceId}.${isDer ? "crt" : "pem"}`, content };
      }
      // A Mac's own file beside the first: it ends as certificates do, and is none.
      yield { name: "__MACOSX/._ca.crt", content: "\0\x05\x16\x07" };
    }
    yield* writeZip(files());
  },
};
