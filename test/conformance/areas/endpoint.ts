import { type Area, pages } from "../conformance-case.ts";
import { equal, matches, refused } from "../expect.ts";

export const endpoint: Area = {
  name: "endpoint",
  cases: [
    {
      id: "endpoint/data-ats/host-name",
      title: "iot:Data-ATS is a host name without scheme and port",
      source: pages.protocols,
      confidence: "doc",
      run: async ({ iot }) => {
        const answer = await iot.describeEndpoint({ endpointType: "iot:Data-ATS" });
        matches(answer.endpointAddress, /^[a-zA-Z0-9.-]+$/);
      },
    },
    {
      id: "endpoint/data-ats/stable",
      title: "iot:Data-ATS is the same each time",
      source: "AWS_FACTS section 4",
      confidence: "doc",
      run: async ({ iot }) => {
        const first = await iot.describeEndpoint({ endpointType: "iot:Data-ATS" });
        const second = await iot.describeEndpoint({ endpointType: "iot:Data-ATS" });
        equal(second.endpointAddress, first.endpointAddress);
      },
    },
    {
      id: "endpoint/data/refused",
      title: "iot:Data is refused",
      source: "AWS_FACTS section 3",
      confidence: "3p",
      run: ({ iot }) =>
        refused(iot.describeEndpoint({ endpointType: "iot:Data" }), "400 InvalidRequestException"),
    },
    {
      id: "endpoint/unknown-type/refused",
      title: "An endpoint type that there is not is refused",
      source: "AWS_FACTS section 4",
      confidence: "model",
      run: ({ iot }) =>
        refused(
          iot.describeEndpoint({ endpointType: "iot:Nothing" }),
          "400 InvalidRequestException",
        ),
    },
  ],
};
