import type { StandInIdentity } from "../model.ts";
import type { Registry, RegistryTables } from "../registry.ts";
import type { FindUndeliverable } from "../topic-rules/topic-rule.ts";
import type { Arns } from "./arns.ts";
import type { ExistingResources } from "./existing-resources.ts";

/** What every operation works with. */
export interface OperationContext {
  readonly registry: Registry;
  readonly tables: RegistryTables;
  readonly existing: ExistingResources;
  readonly arns: Arns;
  readonly identity: StandInIdentity;
  readonly now: () => Date;
  /** Without it a rule may lead anywhere. */
  readonly findUndeliverable?: FindUndeliverable | undefined;
}

/** Dates travel as epoch seconds, with milliseconds as the fraction. */
export function toEpochSeconds(date: Date): number {
  return date.getTime() / 1000;
}
