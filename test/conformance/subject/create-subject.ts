import { setTimeout as sleep } from "node:timers/promises";
import { Mismatch } from "../expect.ts";
import { createConnector } from "./create-connector.ts";
import { createFixtures } from "./create-fixtures.ts";
import type { Run } from "./open-run.ts";
import type { Subject } from "./subject.ts";

export interface OpenedSubject extends AsyncDisposable {
  readonly subject: Subject;
  /** What was not as the service model says. */
  readonly problems: readonly string[];
}

/** Builds what one case has in its hands. */
export function createSubject(run: Run, caseNumber: number): OpenedSubject {
  const { target, prefix, journal } = run;
  const problems: string[] = [];
  const cleanUp: (() => unknown)[] = [];
  const { iot, data } = run.clients((problem) => problems.push(problem));

  let names = 0;
  const name = (label = "x") => {
    names += 1;
    return `${prefix}-${caseNumber}-${names}-${label}`;
  };
  const arn = (resource: string) =>
    `arn:${run.partition}:iot:${target.region}:${run.accountId}:${resource}`;
  const afterwards = (act: () => unknown) => {
    cleanUp.push(act);
  };
  const connector = createConnector({ run, name, afterwards });

  const subject: Subject = {
    iot,
    data,
    region: target.region,
    accountId: run.accountId,
    endpointAddress: run.endpointAddress,
    patienceMs: target.patienceMs,
    arn,
    name,
    ruleName: (label) => name(label).replaceAll("-", "_"),
    ...createFixtures(run, { iot, name, arn }),
    ...connector,
    watch: async (...filters) => {
      const session = await connector.connect(run.watcher, { clientId: name("watcher") });
      const granted = await session.subscribe(filters);
      if (granted.every((code) => code <= 1)) return session;
      throw new Mismatch("a subscription", granted, "watcher");
    },
    settle: () => sleep(target.settleMs),
    afterwards,
    note: (kind, resource) => journal.note(kind, resource),
  };
  return {
    subject,
    problems,
    [Symbol.asyncDispose]: async () => {
      for (const act of cleanUp.toReversed()) await act();
      iot.destroy();
    },
  };
}
