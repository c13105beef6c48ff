import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";

const shape = z.discriminatedUnion("act", [
  z.object({
    act: z.literal("upload"),
    key: z.string(),
    bytes: z.int().check(z.nonnegative()),
    sha256: z.string(),
    /** Epoch milliseconds. */
    expiresAt: z.number(),
  }),
  z.object({
    act: z.literal("download"),
    key: z.string(),
    fileName: z.string(),
    contentType: z.string(),
    expiresAt: z.number(),
  }),
]);

/** What the bearer of a URL may do. */
export type ObjectGrant = z.output<typeof shape>;

/** Writes a grant so that only who has the secret could have. */
export function signGrant(grant: ObjectGrant, secret: string): string {
  const text = Buffer.from(JSON.stringify(grant)).toString("base64url");
  return `${text}.${toMac(text, secret).toString("base64url")}`;
}

/** @returns undefined of what was not signed with the secret. Whether it has expired is not looked at. */
export function readGrant(signed: string, secret: string): ObjectGrant | undefined {
  const [text = "", mac = ""] = signed.split(".");
  const [given, right] = [Buffer.from(mac, "base64url"), toMac(text, secret)];
  if (given.byteLength !== right.byteLength || !timingSafeEqual(given, right)) return undefined;
  return shape.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
}

function toMac(text: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(text).digest();
}
