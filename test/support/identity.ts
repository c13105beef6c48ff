/** The account that stand-ins in tests and benchmarks say they are. */
export const identity = {
  accountId: "123456789012",
  region: "eu-west-1",
  endpointAddress: "local.iot.eu-west-1.amazonaws.com",
};
