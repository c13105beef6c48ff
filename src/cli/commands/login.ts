import { type Cli, examples } from "../cli.ts";
import type { SignInOptions } from "../sign-in/sign-in.ts";

export function addLoginCommands({ program, json, flags }: Cli): void {
  program
    .command("login")
    .description("sign in to an API: checks a token and keeps it for the commands that need one")
    .option(
      "--url <url>",
      "of the API; default: MUSTER_URL, where one was signed in, the local cloud",
    )
    .option("--token-file <file>", "a file with the token; default: asked for, or standard input")
    .option("--profile <name>", "what batches are pushed as unless said otherwise")
    .addHelpText(
      "after",
      `
The token is kept in $XDG_CONFIG_HOME/muster/config.json, else ~/.config/muster/config.json, which
only you can read, and is sent to that API only.
${examples(
  "muster login --url https://muster.example.com",
  "muster login --url https://muster.example.com --profile sensor < acme.token",
  "muster login < acme.token",
)}`,
    )
    .action(async (options: SignInOptions) => {
      const { signIn } = await import("../sign-in/sign-in.ts");
      await signIn({ ...flags(), ...options }, json);
    });

  program
    .command("logout")
    .description("forget the token of the API that one is signed in to")
    .addHelpText("after", examples("muster logout"))
    .action(async () => {
      const { signOut } = await import("../sign-in/sign-in.ts");
      signOut(json);
    });
}
