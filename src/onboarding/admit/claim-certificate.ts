import type { Admission } from "../../rules/decision/decide.ts";
import type { CertificateState, ChangeResult, Equipment } from "../certificate-state.ts";
import type { Attempt, SettleDeps } from "../settlement.ts";

export interface Claim {
  readonly state: CertificateState;
  readonly change: ChangeResult;
}

/** A thing name and a key: more than two owners are never in the way. */
const maxOwners = 2;

/**
 * Makes this attempt the one under way, and the thing name and key this certificate's alone.
 *
 * A name or key whose certificate is out for good is taken over. The name alone does not give the
 * thing: as long as that exists in AWS IoT, it holds the other certificate's id.
 */
export async function claimCertificate(
  deps: SettleDeps,
  attempt: Attempt,
  admission: Admission,
): Promise<Claim> {
  const { request, record } = attempt;
  const { certificateId, signal } = request;
  const { thingName, publicKeySha256 } = admission;
  const state = toClaimedState(deps, attempt, admission);
  const change = { certificateId, state, expected: record };
  const former = record.state?.thingName;
  let release = former === undefined || former === thingName ? {} : { releaseThingName: former };
  const from: string[] = [];
  for (;;) {
    const reserve = { thingName, publicKeySha256, from };
    const result = await deps.changeCertificate({ ...change, ...release, reserve }, signal);
    if (result.result === "release-refused") {
      release = {};
      continue;
    }
    const owner = "by" in result ? result.by : undefined;
    const isLast = owner === undefined || from.includes(owner) || from.length >= maxOwners;
    if (isLast || !(await isOutForGood(deps, owner, signal))) return { state, change: result };
    from.push(owner);
  }
}

async function isOutForGood(
  { readRecord }: SettleDeps,
  certificateId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { state } = await readRecord(certificateId, signal);
  return state?.status === "rejected" && state.recheckAt === undefined;
}

function toClaimedState(
  { now, timing }: SettleDeps,
  { request, record, described, toRegister }: Attempt,
  admission: Admission,
): CertificateState {
  const { thingName, publicKeySha256, manufacturer, batch, profile, profileVersion } = admission;
  const { recheckAt: _, policyName: __, ...before } = record.state ?? { findings: [] };
  const ca = request.caCertificateId ?? described?.caCertificateId;
  const equipment: Equipment = {
    thingName,
    groups: admission.groups,
    ...(!admission.policyByGroup && { policyName: admission.policyName }),
  };
  const former = toFormer(record.state, equipment);
  const since = now().toISOString();
  return {
    ...before,
    ...(record.state?.status === "parking" && {
      // A dead attempt may have set it INACTIVE until then, and recorded nothing.
      parkedAt: new Date(Date.parse(record.state.since) + timing.leaseMs).toISOString(),
      findings: [],
    }),
    ...(ca !== undefined && { caCertificateId: ca }),
    ...equipment,
    ...(former.length > 0 && { former }),
    publicKeySha256,
    manufacturer,
    batch,
    profile,
    profileVersion,
    status: "onboarding",
    attempt: (record.state?.attempt ?? 0) + 1,
    since,
    ...(request.register && { preregister: true }),
    ...(toRegister && { registeringAt: since }),
  };
}

/** What an earlier claim may have given the certificate, and this one does not. */
function toFormer(state: CertificateState | undefined, next: Equipment): readonly Equipment[] {
  const former = state?.former ?? [];
  if (state?.thingName === undefined) return former;
  const { thingName, policyName, groups = [] } = state;
  const isSame =
    thingName === next.thingName &&
    policyName === next.policyName &&
    groups.every((group) => next.groups?.includes(group));
  if (isSame) return former;
  return [...former, { thingName, groups, ...(policyName !== undefined && { policyName }) }];
}
