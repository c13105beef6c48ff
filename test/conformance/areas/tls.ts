import type { ConnectionOptions } from "node:tls";
import { type Area, type ConformanceCase, pages } from "../conformance-case.ts";
import { equal, oneOf } from "../expect.ts";

const source = "AWS_FACTS section 3";
/** AWS may end it in the handshake, or at the first packet. */
const refusals = ["TLS refused", "closed without CONNACK"];

const versions = ["TLSv1.2", "TLSv1.3"] as const;
const keys = ["ec-p256", "ec-p384", "rsa-2048"] as const;

const toVersionCase = (
  version: (typeof versions)[number],
  key: (typeof keys)[number],
): ConformanceCase => ({
  id: `tls/${version}/${key}`,
  title: `A client with a key of kind ${key} connects over ${version}`,
  source,
  confidence: "doc",
  run: async (subject) => {
    const tls: ConnectionOptions = { minVersion: version, maxVersion: version };
    const session = await subject.connect(await subject.device({ key }), { tls });
    equal(session.socket.getProtocol(), version);
  },
});

const toRefused = (
  id: string,
  title: string,
  tls: ConnectionOptions,
  confidence: ConformanceCase["confidence"] = "doc",
): ConformanceCase => ({
  id,
  title,
  source,
  confidence,
  run: async (subject) => {
    oneOf(await subject.attempt(await subject.device(), { tls }), refusals);
  },
});

export const tls: Area = {
  name: "tls",
  cases: [
    ...versions.flatMap((version) => keys.map((key) => toVersionCase(version, key))),
    toRefused("tls/sni/missing", "A certificate in SNI_ONLY mode is refused without SNI", {
      servername: "",
    }),
    toRefused("tls/sni/another", "A client that names another host is refused", {
      servername: "not-this-account.example.com",
    }),
    toRefused("tls/TLSv1.1/refused", "TLS 1.1 is refused", {
      minVersion: "TLSv1.1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    }),
    {
      id: "tls/alpn/mqtt",
      title: "A client may ask for x-amzn-mqtt-ca, and is told so",
      source: pages.protocols,
      confidence: "doc",
      run: async (subject) => {
        const tlsOptions = { ALPNProtocols: ["x-amzn-mqtt-ca"] };
        const session = await subject.connect(await subject.device(), { tls: tlsOptions });
        equal(session.socket.alpnProtocol, "x-amzn-mqtt-ca");
      },
    },
    {
      id: "tls/certificate/missing",
      title: "A client without a certificate is refused",
      source,
      confidence: "doc",
      run: async (subject) => {
        oneOf(await subject.attempt(undefined), refusals);
      },
    },
    {
      id: "tls/certificate/expired",
      title: "A certificate that expires cannot connect any more",
      source: "AWS_FACTS section 2",
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device({ notAfter: new Date(Date.now() + 5000) });
        await new Promise((resolve) => setTimeout(resolve, 6000));
        oneOf(await subject.attempt(device), refusals);
      },
    },
    {
      id: "tls/session/no-tickets",
      title: "Over TLS 1.2 the server gives no session tickets",
      source: pages.transportSecurity,
      confidence: "doc",
      run: async (subject) => {
        const tlsOptions: ConnectionOptions = { maxVersion: "TLSv1.2" };
        const link = await subject.open(await subject.device(), { tls: tlsOptions });
        equal(link.socket.getTLSTicket(), undefined, "ticket");
      },
    },
    ...versions.map(
      (version): ConformanceCase => ({
        id: `tls/session/offered-${version}`,
        title: `A client that offers its last session over ${version} is let in all the same`,
        source: pages.transportSecurity,
        confidence: "inferred",
        run: async (subject) => {
          const device = await subject.device();
          const options: ConnectionOptions = { minVersion: version, maxVersion: version };
          const first = await subject.connect(device, { tls: options });
          await subject.settle();
          const session = first.socket.getSession();
          await subject.connect(device, { tls: { ...options, ...(session && { session }) } });
        },
      }),
    ),
  ],
};
