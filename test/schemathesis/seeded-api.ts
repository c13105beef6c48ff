import { hash } from "node:crypto";
import { type ApiWorld, createApiWorld } from "../api/support.ts";

export interface SeededApi extends ApiWorld {
  readonly tokens: Readonly<Record<"operator" | "manufacturer" | "auditor", string>>;
  /** What is there, by the name of the parameter that asks for it. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The API over real HTTP, with one of everything in it. */
export async function createSeededApi(): Promise<SeededApi> {
  const api = await createApiWorld();
  const tokens = {
    operator: api.operatorToken,
    manufacturer: await api.tokenOf("manufacturer", "acme"),
    auditor: await api.tokenOf("auditor"),
  };
  const device = await api.device();
  await api.land(device);
  const { onboardDevice } = api.onboarding();
  await onboardDevice(api.connect(device), AbortSignal.timeout(10_000));
  const content = Buffer.from((await api.device()).pem);
  const opened = await api.call(tokens.manufacturer, {
    method: "POST",
    path: "/v1/batches",
    body: {
      profile: "sensor",
      fileName: "devices.pem",
      bytes: content.length,
      sha256: hash("sha256", content),
      content: content.toString("base64"),
    },
  });
  const spare = await api.call(tokens.operator, {
    method: "POST",
    path: "/v1/tokens",
    body: { role: "auditor", description: "to be revoked" },
  });
  return {
    ...api,
    tokens,
    parameters: {
      batch: opened.body.batch.id,
      certificateId: device.certificateId,
      manufacturer: "acme",
      profile: "sensor",
      thingName: device.subject.replace(/^CN=/, ""),
      token: spare.body.token.id,
    },
  };
}
