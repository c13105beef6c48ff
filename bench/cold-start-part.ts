import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { LambdaWorld } from "../test/deploy/lambda-world.ts";
import type { Lambda, Report } from "../test/runtime-api/start-lambda.ts";
import { makeManifest } from "../test/scale/make-manifest.ts";
import { type Figure, toFigure } from "./figure.ts";

/** As much as a message of the ingest function is about. */
const rowsOfPart = 2_000;

/** The most memory that work on batches takes: a whole part, by one process from the first look on. */
export async function measurePart(world: LambdaWorld, folder: string): Promise<readonly Figure[]> {
  const manifest = await makeManifest(folder, "pem", { count: rowsOfPart, now: new Date() });
  const bytes = await readFile(manifest.path);
  const { operator } = world;
  await operator.registerCa({
    ca: Buffer.from(manifest.ca, "base64"),
    mode: "SNI_ONLY",
    manufacturer: "acme",
  });
  const id = "0197a3c4-9d61-7f13-a2b8-5e4c0f7d6a93";
  await world.batches(id).open(
    { role: "manufacturer", manufacturer: "acme", actor: "token:bench" },
    {
      profile: "sensor",
      fileName: "part.pem",
      bytes: bytes.length,
      sha256: hash("sha256", bytes, "hex"),
    },
  );
  await world.putManifest(id, bytes);
  const ingest = world.functions["ingest"];
  if (ingest === undefined) throw new Error("There is no ingest function.");
  await ingest.kill();
  const steps = [
    { step: "inspect" },
    { step: "check", part: 1 },
    { step: "gather" },
    { step: "land", part: 1 },
  ];
  const figures: Figure[] = [];
  let peakBytes: number | undefined;
  for (const message of steps) {
    const made = await reportOf(ingest, toEvent({ ...message, batch: id }));
    peakBytes = made.peakBytes;
    const figure = `${message.step} of ${rowsOfPart} certificates`;
    if (message.step !== "gather") figures.push(toFigure(figure, "ms", made.ms));
  }
  if (peakBytes !== undefined) {
    figures.push(toFigure(`memory of ingest after them`, "MB", peakBytes / 1e6, "≤ 900"));
  }
  return figures;
}

function toEvent(message: object) {
  const attributes = { ApproximateReceiveCount: "1" };
  const record = { messageId: "m", receiptHandle: "r", body: JSON.stringify(message), attributes };
  return { Records: [{ ...record, eventSource: "aws:sqs" }] };
}

/** @throws Error of a function that did not answer. */
export async function reportOf(lambda: Lambda, event: unknown): Promise<Report> {
  const made = await lambda.report(event);
  if (made.outcome.kind === "response") return made;
  throw new Error(JSON.stringify(made.outcome));
}
