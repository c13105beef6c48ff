import { describe, expect, test } from "vitest";
import {
  toCheckedKey,
  toManifestKey,
  toPlanKey,
  toReportKey,
  toReportSoFarKey,
  toRowsKey,
  toTranscriptKey,
} from "../../src/batches/batch-keys.ts";
import { deployedRoles, mayDo, statementsOf } from "../support/deployed-roles.ts";

const batch = { manufacturer: "acme", id: "b-1" };
const reports = (["csv", "ndjson"] as const).flatMap((format) => [
  toReportKey(batch, format),
  toReportSoFarKey(batch, format),
]);
const rows = [toRowsKey(batch, 1, "check"), toRowsKey(batch, 1, "land")];
const inner = [toPlanKey(batch, "0".repeat(64)), toCheckedKey(batch, 1), toTranscriptKey(batch)];

describe("the API's role", () => {
  test.for([
    // Inline content, and what uploads are granted with.
    ["s3:PutObject", [toManifestKey(batch)], true],
    // A report that is asked for before there is one.
    ["s3:PutObject", reports, true],
    ["s3:AbortMultipartUpload", reports, true],
    ["s3:PutObject", [...rows, ...inner], false],
    ["s3:GetObject", [...reports, ...rows], true],
    ["s3:GetObject", [toManifestKey(batch), ...inner], false],
    ["s3:DeleteObject", [toManifestKey(batch), ...reports, ...rows, ...inner], false],
  ] as const)("%s %j: %s", ([action, keys, allowed]) => {
    const answers = keys.map((key) => [
      key,
      mayDo("ApiRole", { action, resource: `\${Bucket.Arn}/${key}` }),
    ]);
    expect(answers).toEqual(keys.map((key) => [key, allowed]));
  });

  test("makes no policy of devices but those that are named as this stage's", () => {
    const making = statementsOf("ApiRole").filter(({ Action }) =>
      [Action].flat().includes("iot:CreatePolicy"),
    );
    const resources = making.flatMap(({ Resource }) => Resource);
    expect(resources.filter((each) => each === "*" || each.includes(":policy/"))).toEqual([
      "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:policy/${self:custom.prefix}-*",
    ]);
  });
});

describe("what tokens are known by", () => {
  test.for(deployedRoles)("is read by the authorizer alone: %s", (role) => {
    const reads = ["GetItem", "BatchGetItem", "Query", "Scan", "ConditionCheckItem"].filter(
      (each) =>
        mayDo(role, {
          action: `dynamodb:${each}`,
          resource: "LedgerTable.Arn",
          leadingKey: "SECRET#1",
        }),
    );
    expect(reads).toEqual(role === "AuthorizeRole" ? ["GetItem"] : []);
  });
});
