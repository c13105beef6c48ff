import type { ThingFacts } from "./to-resource-arn.ts";

/** A policy that applies to a connection, with the document of its default version. */
export interface EffectivePolicy {
  readonly policyName: string;
  readonly document: string;
}

/** What AWS IoT asks about a connection before each thing it does. */
export interface PolicySource {
  readonly isAttached: (thingName: string, certificateId: string) => boolean;
  readonly exclusiveThingOf: (certificateId: string) => string | undefined;
  readonly effectivePolicies: (
    certificateId: string,
    thingName?: string,
  ) => readonly EffectivePolicy[];
  readonly findThing: (thingName: string) => ThingFacts | undefined;
}

export interface PolicyCacheOptions {
  /** How long an answer is given again; 0 for never. */
  readonly delayMs: number;
  readonly now: () => Date;
}

/** For each kind of answer. The oldest are forgotten beyond. */
const maximumEntries = 10_000;

/**
 * Delays what connections notice of changes, as AWS IoT's caches do: a change counts after
 * `delayMs` at the latest, and at once for whoever was not asked about shortly before.
 *
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
 */
export function createPolicyCache(
  source: PolicySource,
  { delayMs, now }: PolicyCacheOptions,
): PolicySource {
  if (delayMs === 0) return source;
  const remember = <Args extends readonly (string | undefined)[], Answer>(
    ask: (...args: Args) => Answer,
  ) => {
    const answers = new Map<string, { readonly answer: Answer; readonly at: number }>();
    return (...args: Args): Answer => {
      const key = JSON.stringify(args);
      const at = now().getTime();
      const known = answers.get(key);
      if (known !== undefined && at < known.at + delayMs) return known.answer;
      const answer = ask(...args);
      answers.delete(key);
      answers.set(key, { answer, at });
      const [oldest] = answers.keys();
      if (answers.size > maximumEntries && oldest !== undefined) answers.delete(oldest);
      return answer;
    };
  };
  return {
    isAttached: remember(source.isAttached),
    exclusiveThingOf: remember(source.exclusiveThingOf),
    effectivePolicies: remember(source.effectivePolicies),
    findThing: remember(source.findThing),
  };
}
