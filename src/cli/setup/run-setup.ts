import { MusterError } from "../../rules/errors.ts";
import type { ApiFlags } from "../../wiring/api-settings.ts";
import { readSettingsFile, toSettingsFile } from "../../wiring/settings-file.ts";
import { wireAccessTarget, wireTarget } from "../../wiring/target.ts";
import { checkEncrypted } from "../api/check-url.ts";
import { print } from "../output.ts";
import { exitCodes } from "../report-error.ts";
import { saveToken } from "../sign-in/save-token.ts";
import { askSetup } from "./ask-setup.ts";
import {
  carryOutSetup,
  makeOperatorToken,
  readSetupState,
  type SetupStep,
} from "./carry-out-setup.ts";
import { findSetupTarget } from "./find-setup-target.ts";
import { planSetup, type SetupFlags, type SetupPlan, type SetupState } from "./setup-plan.ts";
import { toSetupText } from "./setup-text.ts";

export interface SetupOptions extends SetupFlags {
  /** Made unless it is false. */
  readonly token: boolean;
  readonly yes?: boolean;
}

/** Runs `muster setup`: what operators need first, made by asking or from flags. */
export async function runSetup(
  options: SetupOptions,
  given: ApiFlags,
  json: boolean,
): Promise<void> {
  const { flags, url, iotEndpoint } = await findSetupTarget(given);
  // Before there is a token that could not be kept, or sent.
  if (options.token) checkEncrypted(url);
  const kept = readSettingsFile(toSettingsFile()).tokens[url];
  const operator = await wireTarget(flags);
  const state = await readSetupState(operator);
  const mayAsk = process.stdin.isTTY && options.yes !== true && !json;
  const plan = await complete(options, state, mayAsk);
  if (plan === undefined) {
    console.error("Nothing was made.");
    process.exitCode = exitCodes.interrupted;
    return;
  }
  const steps: SetupStep[] = [...(await carryOutSetup(operator, state, plan))];
  let file: string | undefined;
  if (options.token) {
    const { tokens } = await wireAccessTarget(flags);
    const made = await makeOperatorToken(tokens, kept, new Date());
    steps.push(made.step);
    if (made.text !== undefined) file = saveToken({ url, token: made.text });
  }
  const done = { url, steps, ...(file !== undefined && { file }) };
  print(json, done, () => toSetupText({ ...done, plan, iotEndpoint, flags }));
}

/** @throws MusterError USAGE_INVALID naming the flags that are missing, where nobody can be asked. */
async function complete(
  options: SetupFlags,
  state: SetupState,
  mayAsk: boolean,
): Promise<SetupPlan | undefined> {
  const { plan, gaps } = planSetup(options, state);
  const [first] = gaps;
  if (first === undefined) return toWhole(plan);
  if (!mayAsk) {
    const missing = gaps.map((gap) => `--${gap}`);
    throw new MusterError("USAGE_INVALID", `Missing: ${missing.join(", ")}.`, {
      details: { missing },
    });
  }
  // One at a time: with a manufacturer that is known its CA may be there already.
  const answers = await askSetup(first, state);
  return answers && complete({ ...options, ...answers }, state, mayAsk);
}

function toWhole({ manufacturer, ...plan }: Partial<SetupPlan>): SetupPlan {
  if (manufacturer) return { ...plan, manufacturer };
  throw new Error("There are no gaps, and there is no manufacturer.");
}
