import type { Finding } from "./preflight-codes.ts";

/** What a deployment is asked to be, unchecked. */
export interface DeploySettings {
  readonly stage: string;
  readonly region: string;
  /** Of serverless.yml, each `name=value`. */
  readonly params: readonly string[];
  /** Each `name=value`. */
  readonly tags: readonly string[];
}

/** Of the parameters that serverless.yml reads, those whose values have a form. */
const forms: Readonly<Record<string, { readonly form: string; readonly fits: Fits }>> = {
  apiRate: { form: "a number of requests from 1", fits: atLeast(1) },
  apiBurst: { form: "a whole number of requests from 1", fits: wholeFrom(1) },
  // Lambda takes no less than 2. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
  ingestConcurrency: { form: "a whole number from 2 to 1000", fits: wholeFrom(2, 1000) },
  preregistrationsPerSecond: {
    form: "a number above 0, up to 1000",
    fits: (text) => Number(text) > 0 && Number(text) <= 1000,
  },
  manifestDays: { form: "a whole number of days from 1", fits: wholeFrom(1) },
  alarmEmail: { form: "an e-mail address", fits: (text) => /^[^@\s]+@[^@\s]+$/.test(text) },
  alarmTopicArn: {
    form: "the ARN of an SNS topic",
    fits: (text) => /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(text),
  },
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
  eventBus: {
    form: "the name of an event bus of the same account and region",
    fits: (text) => /^[\w.-]{1,256}$/.test(text),
  },
  quarantineAlarm: { form: "a whole number from 1", fits: wholeFrom(1) },
  oidcIssuer: {
    form: "an https URL",
    fits: (text) => URL.canParse(text) && new URL(text).protocol === "https:",
  },
};

type Fits = (text: string) => boolean;

/**
 * Finds all that is wrong with what was asked for, without AWS.
 *
 * @param known names of the parameters that serverless.yml reads.
 */
export function checkSettings(settings: DeploySettings, known: readonly string[]): Finding[] {
  return [
    ...checkStage(settings.stage),
    ...checkRegion(settings.region),
    ...checkParams(settings.params, known),
    ...checkTopicPlace(settings),
    ...settings.tags.flatMap(checkTag),
    ...checkTagCount(settings.tags),
  ];
}

function checkStage(stage: string): Finding[] {
  if (stage === "")
    return [{ code: "STAGE_INVALID", field: "stage", message: "No stage is given." }];
  // It stands before the first hyphen of names that others of the stage complete, as those of profiles'
  // policies: were there one in it, "dev" with a profile "x-y" would share a policy with "dev-x" and "y".
  if (/^[a-z][a-z0-9]*$/.test(stage)) {
    if (stage !== "local") return [];
    const message = '"local" is what the local cloud is called.';
    return [{ code: "STAGE_INVALID", field: "stage", message }];
  }
  return [{ code: "STAGE_INVALID", field: "stage", message: `"${stage}" is no name of a stage.` }];
}

/** @see https://docs.aws.amazon.com/general/latest/gr/rande.html */
function checkRegion(region: string): Finding[] {
  if (region === "") {
    return [{ code: "REGION_INVALID", field: "region", message: "No region is given." }];
  }
  if (/^[a-z]{2,4}(-[a-z]+){1,3}-\d{1,2}$/.test(region)) return [];
  return [{ code: "REGION_INVALID", field: "region", message: `"${region}" is no region.` }];
}

function checkParams(params: readonly string[], known: readonly string[]): Finding[] {
  const given = new Map(params.map(split));
  const invalid = (name: string, message: string): Finding => ({
    code: "PARAMETER_INVALID",
    field: name,
    message,
  });
  const findings = [...given].flatMap(([name, value]): Finding[] => {
    if (!known.includes(name)) {
      return [invalid(name, `There is no parameter "${name}". There are: ${known.join(", ")}.`)];
    }
    if (value === "") return [invalid(name, `--param ${name} has no value: say ${name}=<value>.`)];
    const expected = forms[name];
    if (!expected || expected.fits(value)) return [];
    return [invalid(name, `${name} is "${value}", and has to be ${expected.form}.`)];
  });
  const [issuer, audience] = [given.has("oidcIssuer"), given.has("oidcAudience")];
  if (issuer === audience) return findings;
  const missing = issuer ? "oidcAudience" : "oidcIssuer";
  return [
    ...findings,
    invalid(missing, `oidcIssuer and oidcAudience go together; ${missing} is missing.`),
  ];
}

/** CloudWatch notifies topics of its own region only. */
function checkTopicPlace({ params, region }: DeploySettings): Finding[] {
  const topic = new Map(params.map(split)).get("alarmTopicArn");
  const place = topic?.split(":")[3];
  if (!place || place === region) return [];
  const message = `alarmTopicArn is of ${place}, and alarms of ${region} cannot be sent there.`;
  return [{ code: "PARAMETER_INVALID", field: "alarmTopicArn", message }];
}

/** @see https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
function checkTag(tag: string): Finding[] {
  const [name, value] = split(tag);
  const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
  const fits =
    name.length >= 1 &&
    name.length <= 128 &&
    value.length <= 256 &&
    tag.includes("=") &&
    !/^aws:/i.test(name) &&
    allowed.test(name) &&
    allowed.test(value);
  if (!fits) {
    return [{ code: "TAG_INVALID", field: name, message: `"${tag}" is no tag that AWS takes.` }];
  }
  // osls adds STAGE.
  if (!["project", "stage"].includes(name.toLowerCase())) return [];
  return [{ code: "TAG_INVALID", field: name, message: `The tag "${name}" is Muster's own.` }];
}

function checkTagCount(tags: readonly string[]): Finding[] {
  const mine = 2;
  const most = 50 - mine;
  // IAM tells no capitals from small letters in them.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
  const names = new Set(tags.map((tag) => split(tag)[0].toLowerCase()));
  if (names.size < tags.length) {
    return [{ code: "TAG_INVALID", field: "tag", message: "A tag is given twice." }];
  }
  if (tags.length <= most) return [];
  return [
    { code: "TAG_INVALID", field: "tag", message: `AWS takes ${most} tags beside Muster's.` },
  ];
}

/** At the first equals sign; a value may have more. */
export function split(pair: string): [name: string, value: string] {
  const at = pair.indexOf("=");
  return at === -1 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
}

function atLeast(least: number): Fits {
  return (text) => Number.isFinite(Number(text)) && Number(text) >= least;
}

function wholeFrom(least: number, most = Number.MAX_SAFE_INTEGER): Fits {
  return (text) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
}
