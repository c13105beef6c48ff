import * as z from "zod";
import { AwsError } from "./aws-error.ts";
import type { OperationContext } from "./operation-context.ts";
import { createRoute, type Route } from "./route.ts";
import { arn, tagKey, tagList } from "./shapes.ts";

const note = "Of CA certificates only.";

/** Operations on tags. */
export function createResourceTagRoutes(context: OperationContext): readonly Route[] {
  const { tables, existing, arns } = context;

  const find = (resourceArn: string): string => {
    if (!resourceArn.includes(":cacert/")) {
      throw new AwsError(
        "NotImplementedException",
        "Tagging is supported by this stand-in for AWS IoT Core of CA certificates only",
      );
    }
    return existing.caCertificate(arns.parseName("cacert", resourceArn)).certificateId;
  };

  return [
    createRoute({
      operation: "TagResource",
      method: "POST",
      path: "/tags",
      input: z.object({ resourceArn: arn, tags: tagList }),
      note,
      handle: ({ resourceArn, tags }) => {
        const id = find(resourceArn);
        writeTags(tables.settings, id, [...readTags(tables.settings, id), ...tags]);
        return {};
      },
    }),
    createRoute({
      operation: "UntagResource",
      method: "POST",
      path: "/untag",
      input: z.object({ resourceArn: arn, tagKeys: z.array(tagKey) }),
      note,
      handle: ({ resourceArn, tagKeys }) => {
        const id = find(resourceArn);
        const kept = readTags(tables.settings, id).filter(({ Key }) => !tagKeys.includes(Key));
        writeTags(tables.settings, id, kept);
        return {};
      },
    }),
    createRoute({
      operation: "ListTagsForResource",
      method: "GET",
      path: "/tags",
      from: { resourceArn: "query", nextToken: "query" },
      input: z.object({ resourceArn: arn, nextToken: z.string().optional() }),
      note: `${note} On one page.`,
      handle: ({ resourceArn }) => ({ tags: readTags(tables.settings, find(resourceArn)) }),
    }),
  ];
}

type Tags = z.output<typeof tagList>;
type Settings = OperationContext["tables"]["settings"];

function readTags(settings: Settings, caCertificateId: string): Tags {
  const text = settings.get(`tags/cacert/${caCertificateId}`);
  return text === undefined ? [] : tagList.parse(JSON.parse(text));
}

const mostTags = 50;

/** Of tags with the same key the last one stays. */
export function writeTags(settings: Settings, caCertificateId: string, tags: Tags): void {
  const byKey = new Map(tags.map((tag) => [tag.Key, tag]));
  if (byKey.size > mostTags) {
    throw new AwsError("InvalidRequestException", `A resource has at most ${mostTags} tags`);
  }
  const key = `tags/cacert/${caCertificateId}` as const;
  if (byKey.size === 0) settings.remove(key);
  else settings.set(key, JSON.stringify([...byKey.values()]));
}
