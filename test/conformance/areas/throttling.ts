import { type Area, pages } from "../conformance-case.ts";
import { equal, Mismatch, present } from "../expect.ts";
import type { Subject } from "../subject/subject.ts";

const source = "AWS_FACTS section 4";

/** Makes calls at once and tells the names of what refused them. */
async function burst(count: number, call: () => Promise<unknown>): Promise<readonly Error[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, call));
  return outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as Error] : [],
  );
}

const describeOften = ({ iot, name }: Subject) =>
  burst(100, () => iot.describeThingGroup({ thingGroupName: name("none") }));

export const throttling: Area = {
  name: "throttling",
  needsQuotas: true,
  cases: [
    {
      id: "throttling/control-plane/name-and-status",
      title: "More calls than the quota are refused with ThrottlingException and status 400",
      source,
      confidence: "model",
      run: async (subject) => {
        const { iot } = subject;
        const errors = await burst(100, () =>
          iot.describeEndpoint({ endpointType: "iot:Data-ATS" }),
        );
        const seen = [...new Set(errors.map((error) => `${statusOf(error)} ${error.name}`))];
        equal(seen, ["400 ThrottlingException"]);
      },
    },
    {
      id: "throttling/control-plane/operation-by-operation",
      title: "One operation's quota does not throttle another operation",
      source,
      confidence: "doc",
      run: async (subject) => {
        const errors = await burst(100, () => subject.iot.getRegistrationCode({}));
        present(errors[0], "a ThrottlingException");
        await subject.iot.listThingTypes({});
      },
    },
    {
      id: "throttling/control-plane/allowed-share",
      title: "Up to the quota calls are answered",
      source: "AWS_FACTS section 5",
      confidence: "doc",
      run: async (subject) => {
        const errors = await describeOften(subject);
        const throttled = errors.filter(({ name }) => name === "ThrottlingException").length;
        const answered = errors.length - throttled;
        if (answered < 10) throw new Mismatch("at least 10 answers", answered);
      },
    },
    {
      id: "throttling/connect/per-client-id",
      title: "A client id may connect once in a second: at once again it is refused",
      source: pages.quotas,
      confidence: "doc",
      run: async (subject) => {
        const device = await subject.device();
        const clientId = subject.name("client");
        const seen = new Set<string>();
        for (let count = 0; count < 5; count += 1) {
          seen.add(await subject.attempt(device, { clientId, isHurried: true }));
        }
        equal([...seen].toSorted(), ["accepted", "closed without CONNACK"]);
      },
    },
  ],
};

function statusOf(error: Error): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
