import type { Command } from "commander";
import { createProgram } from "../src/cli/program.ts";

const introduction = `# The command line

Written by \`node scripts/write-references.ts\` from the commands themselves. In a clone run
\`npm run muster -- <command>\`; the options of \`muster\` itself go with every command.

With \`--json\` a command prints one JSON document on standard output, and nothing else there; \`local log\` prints
one a line. A failure is
\`{"error": {"code", "message", "details"}}\`; codes are stable, messages are for people.
A command that found something amiss prints what it found instead, with the exit code of a failure: \`audit show\`
and \`audit verify\` with \`"whole": false\`, \`demo\` with \`"ok": false\`, \`ledger import\` with \`refused\`,
\`batch push\` with \`firstRefused\`, \`manifest inspect\` with \`problems\`.
`;

/** Writes the reference of all commands, as their own help has it. */
export function toCliReference(): string {
  const sections = walk(createProgram({ json: false }), "").map(
    ({ path, help }) => `\n## ${path}\n\n\`\`\`text\n${help}\n\`\`\`\n`,
  );
  return introduction + sections.join("");
}

function walk(command: Command, parent: string): { path: string; help: string }[] {
  const path = `${parent} ${command.name()}`.trim();
  return [
    { path, help: readHelp(command) },
    ...command.commands.flatMap((subcommand) => walk(subcommand, path)),
  ];
}

function readHelp(command: Command): string {
  let help = "";
  command
    .configureHelp({ helpWidth: 100, showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => {
        help += text;
      },
      getOutHasColors: () => false,
    })
    .outputHelp();
  return help.trim();
}
