import type { Scenario } from "./scenario.ts";

const functions = ["onboard", "heal", "api", "authorize", "ingest"] as const;
const maxLines = 10;

interface Events {
  readonly events: readonly { readonly message: string }[];
}

interface Line {
  readonly level?: string;
  readonly error?: { readonly name?: string; readonly message?: string };
}

/** Prints what the functions of the stages say has failed, for whoever looks into it. */
export async function tellErrors({ clients }: Scenario, stages: readonly string[]): Promise<void> {
  for (const name of stages.flatMap((stage) =>
    functions.map((each) => `muster-${stage}-${each}`),
  )) {
    const words = ["logs", "filter-log-events", "--log-group-name", `/aws/lambda/${name}`];
    const { events } = await clients.aws<Events>(...words).catch(() => ({ events: [] }));
    const lines = events.flatMap(({ message }) => message.split("\n")).map(parse);
    const said = lines
      .filter(({ level }) => level === "ERROR")
      .map(({ error }) => `${error?.name}: ${error?.message}`);
    for (const line of [...new Set(said)].slice(-maxLines)) {
      process.stdout.write(`  ${name} said: ${line}\n`);
    }
  }
}

/** Not all lines are JSON. */
function parse(line: string): Line {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
