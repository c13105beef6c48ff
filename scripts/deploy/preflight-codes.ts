interface PreflightCode {
  /** Whether a deployment goes on in spite of it. */
  readonly severity: "stops" | "warns";
  /** One sentence. */
  readonly meaning: string;
  /** What to do next. */
  readonly remedy: string;
}

/** What is looked at before anything is created. Stable: add freely, never rename or reuse. */
export const preflightCodes = {
  STAGE_INVALID: {
    severity: "stops",
    meaning: "The stage is not given, or its name is not one.",
    remedy: "Give `--stage`: lower-case letters and digits, beginning with a letter; no hyphen.",
  },
  REGION_INVALID: {
    severity: "stops",
    meaning: "There is no region, or its name is not one.",
    remedy: "Give `--region`, or set `AWS_REGION`.",
  },
  PARAMETER_INVALID: {
    severity: "stops",
    meaning: "A `--param` is not known, or its value cannot be used.",
    remedy: "Correct it as the message says; the settings are listed in the guide to deploying.",
  },
  TAG_INVALID: {
    severity: "stops",
    meaning: "A `--tag` is not one that AWS takes.",
    remedy: "Give `--tag name=value`, with names that do not begin with `aws:`.",
  },
  NAME_TOO_LONG: {
    severity: "stops",
    meaning: "A name that is made of the stage is longer than AWS takes.",
    remedy: "Choose a shorter stage; the message says by how much.",
  },
  EVENT_BUS_MISSING: {
    severity: "stops",
    meaning:
      "The event bus that `eventBus` names is not in the account and region. EventBridge would take events for it and drop them.",
    remedy: "Create the bus first, correct the name, or leave `eventBus` out.",
  },
  CREDENTIALS_MISSING: {
    severity: "stops",
    meaning: "The AWS SDK finds no credentials.",
    remedy:
      "Sign in to AWS, for example with `aws sso login`, and name the profile with `--profile`.",
  },
  CREDENTIALS_REFUSED: {
    severity: "stops",
    meaning: "AWS does not take the credentials: they have expired, or are not valid.",
    remedy: "Sign in to AWS again.",
  },
  REGION_UNSUPPORTED: {
    severity: "stops",
    meaning: "AWS IoT Core does not answer in the region.",
    remedy: "Choose a region that has AWS IoT Core, or check the network.",
  },
  DEPLOYED_ELSEWHERE: {
    severity: "stops",
    meaning: "This folder knows the stage in another account or region.",
    remedy:
      "Sign in to that account and name that region. If the stage is meant to be new here, choose another name, or remove the file that the message names.",
  },
  STACK_BUSY: {
    severity: "stops",
    meaning: "CloudFormation is at work on the stack.",
    remedy: "Wait until it is done, then deploy again.",
  },
  STACK_BROKEN: {
    severity: "stops",
    meaning: "The stack is in a status that CloudFormation updates nothing from.",
    remedy: "Do what the message says; tables and the bucket stay in any case.",
  },
  LEFT_BEHIND: {
    severity: "stops",
    meaning: "Tables or the bucket of an earlier deployment are there and belong to no stack.",
    remedy:
      "Take them over with their data by `--adopt`, or choose another stage. To give the data up, delete them first.",
  },
  NAME_TAKEN: {
    severity: "stops",
    meaning: "Something that the stack is to create is there already and is not the stack's.",
    remedy: "Find out whose it is. Delete it, or choose another stage.",
  },
  CONCURRENCY_LOW: {
    severity: "warns",
    meaning: "The account's limit of Lambda executions at once is below what Muster uses at most.",
    remedy:
      "Ask AWS for a higher limit (Service Quotas, Lambda, concurrent executions). Until then functions wait for each other under load; no event is lost.",
  },
  QUOTA_NEAR: {
    severity: "warns",
    meaning:
      "The account has as many tables or topic rules as AWS allows unless a limit was raised.",
    remedy: "Compare with Service Quotas, and ask AWS for a higher limit or remove what is unused.",
  },
  EVENTS_DISABLED: {
    severity: "warns",
    meaning: "AWS IoT's events of CA certificates are not enabled in this account and region.",
    remedy:
      'Enable them: `aws iot update-event-configurations --event-configurations \'{"CA_CERTIFICATE":{"Enabled":true}}\'`',
  },
  OTHER_RULE: {
    severity: "warns",
    meaning: "Another topic rule takes registration events as well.",
    remedy:
      "See what it does: one that activates certificates would let devices in that Muster keeps out.",
  },
  PERMISSION_MISSING: {
    severity: "warns",
    meaning: "As far as IAM tells, the identity may not do all that deploying takes.",
    remedy: "Have the actions allowed, or deploy with another identity.",
  },
  NOT_CHECKED: {
    severity: "warns",
    meaning: "Something could not be looked at.",
    remedy: "Nothing, if the deployment works; else allow the call that the message names.",
  },
} as const satisfies Record<string, PreflightCode>;

type PreflightCodeName = keyof typeof preflightCodes;

/** One thing that is missing or in the way. */
export interface Finding {
  readonly code: PreflightCodeName;
  /** What exactly, for people. */
  readonly message: string;
  /** Which flag, parameter or name it is about. */
  readonly field?: string;
}

/** @returns whether nothing is to be deployed. */
export function stops(findings: readonly Finding[]): boolean {
  return findings.some(({ code }) => preflightCodes[code].severity === "stops");
}
