import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { IoTClient } from "@aws-sdk/client-iot";

/** What goes wrong with a call. Throttling passes after as many tries. */
export type Fault =
  | { readonly kind: "error-before" | "error-after" }
  | { readonly kind: "hang-before" | "hang-after"; readonly onHang?: () => void }
  | { readonly kind: "throttled"; readonly times: number }
  /** Somebody else acts just before the call. */
  | { readonly kind: "act"; readonly act: () => Promise<unknown> };

export interface FaultPlan {
  /** Calls by name and number: `TransactWriteItems#2` is the second one. */
  readonly calls: string[];
  /** By call; several befall it in order, the first outermost. */
  readonly faults?: Readonly<Record<string, readonly Fault[]>>;
}

/** A fault that tells when it hangs, which is when the function is killed. */
export function toKilling(fault: Fault, onHang: () => void): Fault {
  return fault.kind === "hang-before" || fault.kind === "hang-after" ? { ...fault, onHang } : fault;
}

type Call = () => Promise<unknown>;

/** Stands between the code under test and its clients, outside the SDK's retries and inside. */
export function injectFaults(
  plan: FaultPlan,
  clients: readonly (IoTClient | DynamoDBClient)[],
): void {
  const counts = new Map<string, number>();
  const throttles = new Map<object, number>();
  for (const client of clients) {
    // The two clients' stacks differ in types only.
    const stack = (client as IoTClient).middlewareStack;
    stack.add(
      (next, context) => async (args) => {
        const command = (context.commandName ?? "").replace(/Command$/, "");
        const number = (counts.get(command) ?? 0) + 1;
        counts.set(command, number);
        const call = `${command}#${number}`;
        plan.calls.push(call);
        const faults = plan.faults?.[call] ?? [];
        for (const fault of faults) {
          if (fault.kind === "throttled") throttles.set(context, fault.times);
        }
        const disturbed = faults.reduceRight<Call>(
          (inner, fault) => () => disturb(fault, inner),
          () => next(args),
        );
        return (await disturbed()) as Awaited<ReturnType<typeof next>>;
      },
      { step: "initialize", priority: "high", name: "outerFaults" },
    );
    stack.add(
      (next, context) => async (args) => {
        const left = throttles.get(context) ?? 0;
        if (left === 0) return next(args);
        throttles.set(context, left - 1);
        throw new Throttled();
      },
      { step: "finalizeRequest", priority: "low", name: "innerFaults" },
    );
  }
}

async function disturb(fault: Fault, call: Call): Promise<unknown> {
  switch (fault.kind) {
    case "error-before":
      throw new InjectedError();
    case "hang-before":
      return hang(fault);
    case "error-after":
      await call();
      throw new InjectedError();
    case "hang-after":
      await call();
      return hang(fault);
    case "act":
      await fault.act();
      return call();
    case "throttled":
      return call();
  }
}

function hang({ onHang }: { readonly onHang?: () => void }): Promise<never> {
  onHang?.();
  return new Promise(() => {});
}

class InjectedError extends Error {
  override readonly name = "InjectedError";
}

/** As the SDK gives it: classified by name. */
class Throttled extends Error {
  override readonly name = "ThrottlingException";
  readonly $fault = "client";
  readonly $metadata = { httpStatusCode: 400 };
}
