import { type Command, InvalidArgumentError } from "commander";
import type { OperatorUseCases } from "../wiring/operator.ts";
import type { TargetFlags } from "../wiring/target.ts";
import { toRunnable } from "./to-runnable.ts";

interface Flags extends TargetFlags {
  readonly json?: boolean;
}

/** What every command shares. */
export interface Cli {
  readonly program: Command;
  readonly json: boolean;
  readonly flags: () => Flags;
  /** The operator's use cases, where the flags say. */
  readonly open: () => Promise<OperatorUseCases>;
}

/** Loads what a command needs only when it runs, so that help comes at once. */
export function createCli(program: Command, json: boolean): Cli {
  const flags = () => program.opts<Flags>();
  return {
    program,
    json,
    flags,
    open: async () => {
      const { wireTarget } = await import("../wiring/target.ts");
      return wireTarget(flags());
    },
  };
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("Use a number from 0 to 65535; 0 takes a free port.");
}

/** Examples below a command's help, with which `muster` stands for how a clone runs it. */
export function examples(...lines: readonly string[]): string {
  const [heading, indented] = ["Examples:", lines.map((line) => `  $ ${toRunnable(line)}`)];
  return `\n${[heading, ...indented].join("\n")}`;
}
