import { type Area, type ConformanceCase, pages } from "../conformance-case.ts";
import { equal, includes, oneOf } from "../expect.ts";

const source = "AWS_FACTS section 1.2";

export const deactivation: Area = {
  name: "deactivation",
  cases: [
    ...(["INACTIVE", "REVOKED"] as const).flatMap((newStatus): readonly ConformanceCase[] => [
      {
        id: `deactivation/${newStatus}/ends-connection`,
        title: `A certificate that becomes ${newStatus} loses its connection, after minutes on AWS`,
        source,
        confidence: "model",
        run: async (subject) => {
          const device = await subject.device();
          const session = await subject.connect(device);
          await subject.iot.updateCertificate({ certificateId: device.id, newStatus });
          await session.closed();
        },
      },
      {
        id: `deactivation/${newStatus}/no-new-connection`,
        title: `A certificate that became ${newStatus} cannot connect again`,
        source,
        confidence: "doc",
        run: async (subject) => {
          const device = await subject.device();
          const session = await subject.connect(device);
          await subject.iot.updateCertificate({ certificateId: device.id, newStatus });
          await session.closed();
          oneOf(await subject.attempt(device), ["closed without CONNACK", "TLS refused"]);
        },
      },
    ]),
    {
      id: "deactivation/event/reason",
      title: "The end of a deactivated certificate's connection has the reason AUTH_ERROR",
      source: pages.lifeCycleEvents,
      confidence: "inferred",
      run: async (subject) => {
        const device = await subject.device();
        const session = await subject.connect(device);
        const topic = `$aws/events/presence/disconnected/${session.clientId}`;
        const events = await subject.watch(topic);
        await subject.iot.updateCertificate({ certificateId: device.id, newStatus: "INACTIVE" });
        includes((await events.message(topic)).json(), {
          clientInitiatedDisconnect: false,
          disconnectReason: "AUTH_ERROR",
        });
      },
    },
    {
      id: "deactivation/others/stay",
      title: "Connections of other certificates stay",
      source,
      confidence: "inferred",
      run: async (subject) => {
        const device = await subject.device();
        const session = await subject.connect(device);
        const other = await subject.connect(await subject.device());
        await subject.iot.updateCertificate({ certificateId: device.id, newStatus: "REVOKED" });
        await session.closed();
        other.send({ cmd: "pingreq" });
        await other.receive("pingresp");
      },
    },
    {
      id: "deactivation/reactivated/connects",
      title: "A certificate that is ACTIVE again can connect again",
      source,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        for (const newStatus of ["INACTIVE", "ACTIVE"] as const) {
          await subject.iot.updateCertificate({ certificateId: device.id, newStatus });
        }
        const { connack } = await subject.connect(device);
        equal(connack.returnCode, 0);
      },
    },
  ],
};
