import { toCertificateText } from "../sample/certificate-text.ts";
import { genericProfile } from "../sample/generic-profile.ts";
import type { SampleFormat } from "../sample/sample-format.ts";

export const azureDpsSample: SampleFormat = {
  name: "azure-dps",
  title: "Azure DPS bulk enrolments",
  ending: ".json",
  profile: genericProfile,
  *write(rows, { defects }) {
    yield '{\n "mode": "create",\n "enrollments": [';
    let separator = "\n";
    for (const row of rows) {
      const primary = { certificate: toCertificateText(row, defects) };
      const enrolment = {
        registrationId: row.deviceId,
        attestation: { type: "x509", x509: { clientCertificates: { primary } } },
        provisioningStatus: "enabled",
      };
      yield separator + JSON.stringify(enrolment, null, 1).replaceAll(/^/gm, "  ");
      separator = ",\n";
    }
    yield "\n ]\n}\n";
  },
};
