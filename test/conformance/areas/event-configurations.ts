import type { Area } from "../conformance-case.ts";
import { equal, present } from "../expect.ts";

const source = "AWS_FACTS section 1.4";

export const eventConfigurations: Area = {
  name: "event-configurations",
  cases: [
    {
      id: "event-configurations/describe/types",
      title: "DescribeEventConfigurations tells whether each kind of event is enabled",
      source,
      confidence: "model",
      run: async ({ iot }) => {
        const { eventConfigurations: found } = await iot.describeEventConfigurations({});
        for (const type of ["THING", "THING_GROUP", "THING_TYPE", "CA_CERTIFICATE"] as const) {
          present(found?.[type], type);
        }
      },
    },
    {
      id: "event-configurations/update/one",
      title: "UpdateEventConfigurations changes what it names, and nothing else",
      source,
      confidence: "model",
      accountWide: "it changes the account's event configurations",
      run: async ({ iot, afterwards }) => {
        const read = async () => (await iot.describeEventConfigurations({})).eventConfigurations;
        const before = present(await read(), "configurations");
        afterwards(() => iot.updateEventConfigurations({ eventConfigurations: before }));
        const Enabled = !before.CA_CERTIFICATE?.Enabled;
        await iot.updateEventConfigurations({
          eventConfigurations: { CA_CERTIFICATE: { Enabled } },
        });
        equal(await read(), { ...before, CA_CERTIFICATE: { Enabled } });
      },
    },
  ],
};
