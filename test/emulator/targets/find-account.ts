import type { Target } from "./target.ts";

/** A real account, found as the AWS SDK and the `aws` command find it. */
export function findAccount(region: string): Target {
  return {
    name: "aws",
    region,
    env: { ...process.env, AWS_REGION: region, AWS_DEFAULT_REGION: region },
    // A stack takes minutes; so may a change of an event source or a policy.
    patienceMs: 600_000,
    findDeviceEndpoint: async (ask) => {
      const words = ["iot", "describe-endpoint", "--endpoint-type", "iot:Data-ATS"];
      const { endpointAddress } = await ask<{ readonly endpointAddress: string }>(...words);
      // Amazon's roots are among the system's.
      return { host: endpointAddress, port: 8883, trust: ["--tls-use-os-certs"] };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
