import type { Area } from "../conformance-case.ts";
import { equal, matches } from "../expect.ts";

const source = "AWS_FACTS section 1.3";
const accountWide = "it changes the account's registration code";

export const registrationCodes: Area = {
  name: "registration-codes",
  cases: [
    {
      id: "registration-codes/get/format",
      title: "GetRegistrationCode answers 64 hexadecimal digits",
      source,
      confidence: "model",
      run: async ({ iot }) => {
        const { registrationCode } = await iot.getRegistrationCode({});
        matches(registrationCode, /^(0x)?[0-9a-fA-F]{64}$/);
      },
    },
    {
      id: "registration-codes/get/stable",
      title: "GetRegistrationCode answers the same code until it is deleted",
      source,
      confidence: "model",
      run: async ({ iot }) => {
        const first = await iot.getRegistrationCode({});
        const second = await iot.getRegistrationCode({});
        equal(second.registrationCode, first.registrationCode);
      },
    },
    {
      id: "registration-codes/delete/another",
      title: "DeleteRegistrationCode makes the next code another one",
      source,
      confidence: "model",
      accountWide,
      run: async ({ iot }) => {
        const first = await iot.getRegistrationCode({});
        await iot.deleteRegistrationCode({});
        const second = await iot.getRegistrationCode({});
        equal(second.registrationCode === first.registrationCode, false, "the same code");
      },
    },
  ],
};
