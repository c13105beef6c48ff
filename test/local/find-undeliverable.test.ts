import { expect, test } from "vitest";
import { createFindUndeliverable } from "../../src/local/find-undeliverable.ts";

const queueUrl = "https://sqs.local-1.amazonaws.com/000000000000/inbox";
const functionArn = "arn:aws:lambda:local-1:000000000000:function:work";
const roleArn = "arn:aws:iam::000000000000:role/own";
const find = createFindUndeliverable({ queueUrls: [queueUrl], functionArns: [functionArn] });

test.for([queueUrl, "http://127.0.0.1:9324/queue/mine", "http://localhost:4566/000000000000/q"])(
  "a rule may send to %s",
  (url) => expect(find({ sqs: { queueUrl: url, roleArn } })).toBeUndefined(),
);

test.for([`${queueUrl}-other`, "http://127.0.0.1.example.com/q", "http://10.0.0.1/q"])(
  "a rule cannot send to %s, and is told where it can",
  (url) => expect(find({ sqs: { queueUrl: url, roleArn } })).toMatch(new RegExp(queueUrl)),
);

test.for([functionArn, `${functionArn}:live`])("a rule may call %s", (arn) =>
  expect(find({ lambda: { functionArn: arn } })).toBeUndefined(),
);

test.for([`${functionArn}-other`, functionArn.replace("local-1", "us-east-1")])(
  "a rule cannot call %s, and is told what it can",
  (arn) => expect(find({ lambda: { functionArn: arn } })).toContain(`only: ${functionArn}`),
);
