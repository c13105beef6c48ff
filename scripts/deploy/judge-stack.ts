import type { AccountSurvey } from "./account-survey.ts";
import type { Finding } from "./preflight-codes.ts";

/** From these CloudFormation updates a stack. */
const updatable: ReadonlySet<string> = new Set([
  "CREATE_COMPLETE",
  "UPDATE_COMPLETE",
  "UPDATE_ROLLBACK_COMPLETE",
  "IMPORT_COMPLETE",
  "IMPORT_ROLLBACK_COMPLETE",
]);

/** What helps where it does not. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
const remedies: Readonly<Record<string, string>> = {
  ROLLBACK_COMPLETE: "Its creation failed. Delete the stack: {delete}",
  ROLLBACK_FAILED: "Its creation failed, and so did taking it back. Delete the stack: {delete}",
  CREATE_FAILED: "Its creation failed. Delete the stack: {delete}",
  DELETE_FAILED:
    "Its removal failed; see its events for the reason, then delete it again: {delete}",
  UPDATE_ROLLBACK_FAILED:
    "An update failed, and so did taking it back. See its events for the reason, mend it, then: aws cloudformation continue-update-rollback --stack-name {stack}",
  UPDATE_FAILED:
    "An update failed. Take it back: aws cloudformation rollback-stack --stack-name {stack}",
  REVIEW_IN_PROGRESS: "It was begun and never created. Delete the stack: {delete}",
  IMPORT_ROLLBACK_FAILED: "Taking tables over failed. See its events for the reason.",
};

/** Finds what of an earlier deployment is in the way: the stack itself, or what it left. */
export function judgeStack({ stack, existing = [] }: AccountSurvey): Finding[] {
  if (stack?.status !== undefined && !updatable.has(stack.status)) {
    return [toStackFinding(stack.name, stack.status)];
  }
  const ofStack = new Set(stack?.resources);
  return existing
    .filter(({ logicalId }) => !ofStack.has(logicalId))
    .map(
      ({ type, name, isRetained }): Finding =>
        isRetained
          ? {
              code: "LEFT_BEHIND",
              field: name,
              message: `${type} "${name}" is there, with what is in it, and belongs to no stack.`,
            }
          : {
              code: "NAME_TAKEN",
              field: name,
              message: `${type} "${name}" is there already and is not this stack's.`,
            },
    );
}

function toStackFinding(name: string, status: string): Finding {
  const stands = `The stack ${name} is in status ${status}.`;
  const remedy = remedies[status];
  if (remedy === undefined) return { code: "STACK_BUSY", field: name, message: stands };
  const what = remedy
    .replace("{delete}", "aws cloudformation delete-stack --stack-name {stack}")
    .replace("{stack}", name);
  return { code: "STACK_BROKEN", field: name, message: `${stands} ${what}` };
}
