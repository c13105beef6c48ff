import type { Clients } from "../clients/create-clients.ts";
import type { Deployer } from "../deployment.ts";
import type { Factory } from "../fleet.ts";
import type { Report } from "../report.ts";
import type { DeviceEndpoint, Target } from "../targets/target.ts";

/** What every part of the scenario has. */
export interface Scenario {
  readonly target: Target;
  readonly clients: Clients;
  readonly deployer: Deployer;
  readonly report: Report;
  readonly factory: Factory;
  readonly endpoint: DeviceEndpoint;
}
