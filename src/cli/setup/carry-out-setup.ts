import type { Tokens } from "../../access/tokens/manage-tokens.ts";
import { isTokenText, toTokenHash, toTokenId } from "../../access/tokens/token-text.ts";
import { MusterError } from "../../rules/errors.ts";
import type { OperatorUseCases } from "../../wiring/operator.ts";
import { readFile, readOneCertificate } from "../read-files.ts";
import type { SetupPlan, SetupState } from "./setup-plan.ts";

/** One thing that has to be there. */
export interface SetupStep {
  readonly what: "manufacturer" | "ca" | "profile" | "token";
  readonly status: "made" | "changed" | "there";
  /** The id or name of it. */
  readonly id: string;
  /** For people. */
  readonly detail: string;
}

export type SetupUseCases = Pick<
  OperatorUseCases,
  "manufacturers" | "registerCa" | "listCas" | "applyProfile" | "listProfiles"
>;

/** Reads what a deployment has already. */
export async function readSetupState(operator: SetupUseCases): Promise<SetupState> {
  const [manufacturers, cas, profiles] = await Promise.all([
    operator.manufacturers.list(),
    operator.listCas(),
    operator.listProfiles(),
  ]);
  return { manufacturers, cas, profiles };
}

/**
 * Makes what is missing; again it changes nothing.
 *
 * Files are read before anything is made, so that a slip leaves no half of it.
 */
export async function carryOutSetup(
  operator: SetupUseCases,
  state: SetupState,
  plan: SetupPlan,
): Promise<readonly SetupStep[]> {
  const ca = plan.ca && readOneCertificate(plan.ca.file);
  const proofFile = plan.ca?.verificationCertificate;
  const proof = proofFile === undefined ? undefined : readOneCertificate(proofFile);
  const yaml = plan.profile && readFile(plan.profile.file).toString("utf8");
  return [
    await makeManufacturer(operator, state, plan),
    ca ? await makeCa(operator, state, plan, { ca, proof }) : findCa(state, plan),
    yaml === undefined ? findProfile(state) : await makeProfile(operator, state, yaml),
  ];
}

async function makeManufacturer(
  { manufacturers }: SetupUseCases,
  state: SetupState,
  { manufacturer: { id, name } }: SetupPlan,
): Promise<SetupStep> {
  const before = state.manufacturers.find((each) => each.id === id);
  if (before?.name !== name) await manufacturers.add(id, name);
  const changed = before === undefined ? "made" : "changed";
  return {
    what: "manufacturer",
    id,
    detail: name,
    status: before?.name === name ? "there" : changed,
  };
}

async function makeCa(
  { registerCa }: SetupUseCases,
  state: SetupState,
  { manufacturer: { id: manufacturer } }: SetupPlan,
  { ca, proof }: { readonly ca: Uint8Array; readonly proof: Uint8Array | undefined },
): Promise<SetupStep> {
  const { caCertificateId, subject, mode } = await registerCa({
    ca,
    manufacturer,
    mode: proof ? "DEFAULT" : "SNI_ONLY",
    ...(proof && { verificationCertificate: proof }),
  });
  const before = state.cas.find((each) => each.caCertificateId === caCertificateId);
  const isSame = before?.mode === mode && before.manufacturer === manufacturer;
  const detail = `${subject}, ${mode}`;
  return { what: "ca", id: caCertificateId, detail, status: isSame ? "there" : "made" };
}

function findCa({ cas }: SetupState, { manufacturer }: SetupPlan): SetupStep {
  const ca = cas.find((each) => each.manufacturer === manufacturer.id);
  const detail = ca ? `${ca.subject}, ${ca.mode}` : "";
  return { what: "ca", id: ca?.caCertificateId ?? "", detail, status: "there" };
}

async function makeProfile(
  { applyProfile }: SetupUseCases,
  { profiles }: SetupState,
  yaml: string,
): Promise<SetupStep> {
  const { name, version } = await applyProfile(yaml);
  const before = profiles.find((each) => each.name === name)?.version;
  const changed = before === undefined ? "made" : "changed";
  const status = before === version ? "there" : changed;
  return { what: "profile", id: name, detail: `version ${version}`, status };
}

function findProfile({ profiles }: SetupState): SetupStep {
  const [first, ...more] = profiles.map(({ name }) => name);
  const detail = more.length > 0 ? `beside ${more.join(", ")}` : `version ${profiles[0]?.version}`;
  return { what: "profile", id: first ?? "", detail, status: "there" };
}

const tokenDays = 90;

/**
 * Makes an operator's token, unless the one that is kept here still stands.
 *
 * @param kept text of the token that is kept for the API.
 * @returns the step, and the text of a token that was made.
 */
export async function makeOperatorToken(
  tokens: Tokens,
  kept: string | undefined,
  now: Date,
): Promise<{ readonly step: SetupStep; readonly text?: string }> {
  const standing = await findStanding(tokens, kept, now);
  if (standing) {
    const { id, expiresAt } = standing;
    const detail = `until ${expiresAt.slice(0, 10)}`;
    return { step: { what: "token", id, detail, status: "there" } };
  }
  const { token, text } = await tokens.create({
    role: "operator",
    description: "operator, by setup",
    days: tokenDays,
  });
  const detail = `until ${token.expiresAt.slice(0, 10)}`;
  return { step: { what: "token", id: token.id, detail, status: "made" }, text };
}

async function findStanding(tokens: Tokens, kept: string | undefined, now: Date) {
  if (kept === undefined || !isTokenText(kept)) return undefined;
  const token = await tokens.get(toTokenId(toTokenHash(kept))).catch((error: unknown) => {
    if (error instanceof MusterError && error.code === "TOKEN_UNKNOWN") return undefined;
    throw error;
  });
  const stands =
    token?.role === "operator" &&
    token.revokedAt === undefined &&
    Date.parse(token.expiresAt) > now.getTime();
  return stands ? token : undefined;
}
