import { readdir, readFile } from "node:fs/promises";
import type { ScheduledEvent, SQSEvent } from "aws-lambda";
import { describe, expect, test } from "vitest";
import { parseRegistrationEvent } from "../src/onboarding/admit/parse-registration-event.ts";

describe("events/", () => {
  test("holds the events that are read here, and no others", async () => {
    expect((await readdir("events")).sort()).toEqual([
      "registered-again.json",
      "registered.json",
      "scheduled.json",
      "sqs-registrations.json",
    ]);
  });

  test("names no account but the one of AWS's examples", async () => {
    for (const file of await readdir("events")) {
      const text = await readFile(`events/${file}`, "utf8");
      const accounts = text.match(/(?<![0-9a-f])\d{12}(?![0-9a-f])/g) ?? [];
      expect(new Set(accounts)).toEqual(new Set(["123456789012"]));
    }
  });

  test("registered.json is a first connect, registered-again.json the same device's next", async () => {
    const first = parseRegistrationEvent(await read("registered"));
    const again = parseRegistrationEvent(await read("registered-again"));
    expect(again).toEqual({ ...first, publishedAt: expect.any(Date) });
    expect(again.publishedAt.getTime()).toBeGreaterThan(first.publishedAt.getTime());
  });

  test("sqs-registrations.json holds two registration events and one message that is none", async () => {
    const { Records } = (await read("sqs-registrations")) as SQSEvent;
    const results = Records.map(({ body }) => {
      try {
        return parseRegistrationEvent(JSON.parse(body)).certificateId.length;
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(results).toEqual([64, 64, "SyntaxError"]);
  });

  test("scheduled.json is the schedule's, which tells the function nothing but the time", async () => {
    const event = (await read("scheduled")) as ScheduledEvent;
    expect(event["detail-type"]).toBe("Scheduled Event");
    expect(event.detail).toEqual({});
  });
});

async function read(name: string): Promise<unknown> {
  return JSON.parse(await readFile(`events/${name}.json`, "utf8"));
}
