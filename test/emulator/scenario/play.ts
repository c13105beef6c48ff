import { checkFree } from "./check-free.ts";
import { cleanUp } from "./clean-up.ts";
import { playDeadLetters } from "./dead-letters.ts";
import { deployAgain } from "./deploy-again.ts";
import { playFirstConnects } from "./first-connects.ts";
import { listen } from "./listen.ts";
import { pushBatches } from "./push-batches.ts";
import { playRegistrationInAdvance } from "./register-in-advance.ts";
import { removeStage } from "./remove-stage.ts";
import type { Scenario } from "./scenario.ts";
import { playSecondStage } from "./second-stage.ts";
import { setUp } from "./set-up.ts";
import { openStage, type Stage } from "./stage.ts";
import { tellErrors } from "./tell-errors.ts";

/**
 * Plays all of it. What a part rests on is played before; a part that fails leaves out only its rest.
 *
 * @throws Error when there is something of these stages already: it would be taken away at the end.
 */
export async function play(
  scenario: Scenario,
  stages: readonly [first: string, second: string],
): Promise<void> {
  const { part, counts } = scenario.report;
  await checkFree(scenario, stages);
  try {
    await part("A stage", async () => {
      const first = await openStage(scenario, stages[0]);
      await playFirstStage(scenario, first);
      await part("A second stage", async () => {
        const second = await playSecondStage(scenario, first, stages[1]);
        await part("A removal", () => removeStage(scenario, first, second));
      });
    });
  } finally {
    if (counts().failed > 0) await tellErrors(scenario, stages);
    await part("What is left", () => cleanUp(scenario, stages));
  }
}

async function playFirstStage(scenario: Scenario, stage: Stage): Promise<void> {
  const { part } = scenario.report;
  const { manufacturer, delivery } = await playWithListener(scenario, stage);
  const [, one, two, later] = delivery.proven;
  const neighbours = [one, two].filter((device) => device !== undefined);
  await part("Registration in advance", () =>
    playRegistrationInAdvance(scenario, stage, manufacturer),
  );
  await part("Dead letters", () => playDeadLetters(scenario, stage, neighbours));
  await part("A second deployment", () => deployAgain(scenario, stage, later));
}

/** What is heard of it comes in the meantime. */
async function playWithListener(scenario: Scenario, stage: Stage) {
  const { part, check } = scenario.report;
  const events = await listen(scenario, stage);
  try {
    const manufacturer = await setUp(scenario, stage);
    const delivery = await pushBatches(scenario, manufacturer);
    await part("First connects", () => playFirstConnects(scenario, stage, manufacturer, delivery));
    await part("Events", () =>
      check("others hear of devices let in, kept out and revoked, and of batches", () =>
        events.checkHeard(["admitted", "quarantined", "rejected", "revoked", "batch-completed"]),
      ),
    );
    return { manufacturer, delivery };
  } finally {
    await events.stop();
  }
}
