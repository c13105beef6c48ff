import * as z from "zod";
import { sqlVersions } from "../topic-rules/topic-rule.ts";

export const ruleName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[a-zA-Z0-9_]+$/);

const supportedKinds = ["sqs", "lambda"];

const roleArn = z.string().regex(/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/);
const queueUrl = z.url({ protocol: /^https?$/ }).max(1024);
const functionArn = z
  .string()
  .max(1024)
  .regex(/^arn:aws[\w-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/);

/** An action of one kind; what this stand-in does not support is refused by name. */
const action = z
  .looseObject({
    sqs: z
      .object({
        queueUrl: withoutTemplate(queueUrl),
        roleArn,
        useBase64: z.boolean().optional(),
      })
      .optional(),
    lambda: z.object({ functionArn: withoutTemplate(functionArn) }).optional(),
  })
  .superRefine((value, context) => {
    for (const kind of Object.keys(value).filter((name) => !supportedKinds.includes(name))) {
      context.addIssue({
        code: "custom",
        message: `The rule action "${kind}" is not supported by this stand-in for AWS IoT Core: ${supportedKinds.join(" and ")} are`,
      });
    }
  });

/** Checked before the rest, which would not take the template for what it should be. */
function withoutTemplate(shape: z.ZodType<string, string>) {
  return z
    .string()
    .refine((text) => !text.includes("${"), {
      error: "A substitution template is not supported by this stand-in for AWS IoT Core",
      abort: true,
    })
    .pipe(shape);
}

/** The body of CreateTopicRule and of ReplaceTopicRule. */
export const topicRulePayload = {
  sql: z.string(),
  description: z.string().optional(),
  actions: z.array(action).max(10),
  errorAction: action.optional(),
  awsIotSqlVersion: z.enum(sqlVersions).default("2015-10-08"),
  ruleDisabled: z.boolean().default(false),
};

export type ActionInput = z.output<typeof action>;
