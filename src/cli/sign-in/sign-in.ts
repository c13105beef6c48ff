import type * as z from "zod";
import { toTokenHash, toTokenId } from "../../access/tokens/token-text.ts";
import { batchListSchema } from "../../api/schemas/batch.ts";
import { tokenSchema } from "../../api/schemas/operator.ts";
import { type ApiFlags, readApiSettings } from "../../wiring/api-settings.ts";
import { createApiClient } from "../api/api-client.ts";
import { checkEncrypted } from "../api/check-url.ts";
import { interruptible } from "../interrupt.ts";
import { colors, print, toFields } from "../output.ts";
import { askToken, readTokenFile } from "./read-token.ts";
import { forgetToken, saveToken } from "./save-token.ts";

export interface SignInOptions extends Omit<ApiFlags, "token"> {
  readonly tokenFile?: string;
  readonly profile?: string;
}

/** Runs `muster login`: a token is kept once the API has taken it. */
export async function signIn(options: SignInOptions, json: boolean): Promise<void> {
  const { tokenFile } = options;
  const { url } = await readApiSettings(options);
  checkEncrypted(url);
  const token = tokenFile === undefined ? await askToken() : readTokenFile(tokenFile);
  const known = await interruptible(
    (signal) => checkAtApi({ url, token }, signal),
    () => "Nothing was saved.",
  );
  if (known === undefined) return;
  const { profile } = options;
  const file = saveToken({ url, token, profile });
  print(json, { url, file, token: known.token ?? null }, () =>
    [
      `${colors.green("✓")} Signed in to ${url}`,
      toFields({
        role: known.token?.role,
        manufacturer: known.token?.manufacturer,
        name: known.token?.description,
        until: known.token?.expiresAt.slice(0, 10),
        profile,
        "kept in": file,
      }),
    ].join("\n"),
  );
}

/** Of Muster's own tokens the API tells what it knows; of others it is enough that it takes them. */
async function checkAtApi(
  target: { readonly url: string; readonly token: string },
  signal: AbortSignal,
): Promise<{ readonly token?: z.output<typeof tokenSchema> }> {
  const call = createApiClient(target);
  if (target.token.startsWith("muster_")) {
    const path = `/v1/tokens/${toTokenId(toTokenHash(target.token))}`;
    return { token: await call({ path, answer: tokenSchema, signal }) };
  }
  await call({ path: "/v1/batches", query: { limit: 1 }, answer: batchListSchema, signal });
  return {};
}

/** Runs `muster logout`. */
export function signOut(json: boolean): void {
  const url = forgetToken();
  print(json, { url: url ?? null }, () =>
    url === undefined
      ? "Nobody was signed in."
      : `${colors.green("✓")} Signed out of ${url}. The token itself stays valid until it is revoked.`,
  );
}
