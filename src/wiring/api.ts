import { createManufacturers } from "../access/manufacturers/manage-manufacturers.ts";
import { createMappings } from "../access/mappings/manage-mappings.ts";
import { createApplyProfile } from "../access/profiles/apply-profile.ts";
import { createSigners } from "../access/signers/manage-signers.ts";
import type { ReadSubject } from "../access/subjects.ts";
import { type ClaimNames, defaultClaimNames } from "../api/caller.ts";
import { type ApiDeps, createApi, type HandleApi } from "../api/create-api.ts";
import type { Precondition } from "../api/entity-tag.ts";
import type { ApiUseCases } from "../api/use-cases.ts";
import { createManufacturerStore } from "../aws/dynamodb/manufacturer-store.ts";
import { createSubjectAccess } from "../aws/dynamodb/subject-access.ts";
import { createReadThingOwner } from "../aws/dynamodb/thing-owner.ts";
import { createProfileControl } from "../aws/iot/profile-control.ts";
import type { BatchUseCases } from "../batches/batch-use-cases.ts";
import { wireTokens } from "./access.ts";
import { type OperatorWiring, wireOperator } from "./operator.ts";
import { toTables } from "./to-tables.ts";

export interface ApiWiring extends Omit<OperatorWiring, "actor" | "pause"> {
  readonly batches: BatchUseCases;
  readonly claimNames?: ClaimNames;
  readonly onFailure: ApiDeps["onFailure"];
  readonly onProblem?: ApiDeps["onProblem"];
  readonly onAnswer?: ApiDeps["onAnswer"];
}

/** Puts the HTTP API together on AWS's APIs. */
export function wireApi(wiring: ApiWiring): HandleApi {
  const { batches, claimNames = defaultClaimNames, onFailure, onProblem, onAnswer } = wiring;
  return createApi({
    services: { batches, as: (actor, precondition) => wireCaller(wiring, actor, precondition) },
    claimNames,
    onFailure,
    ...(onProblem && { onProblem }),
    ...(onAnswer && { onAnswer }),
  });
}

/** The use cases of one caller, whose name goes into the audit records. */
function wireCaller(
  wiring: ApiWiring,
  actor: string,
  precondition: Precondition | undefined,
): ApiUseCases {
  const { clients, stage, scope, now = () => new Date() } = wiring;
  const tables = toTables(wiring);
  const operator = wireOperator({ ...wiring, actor });
  const manufacturers = createManufacturerStore(tables);
  const profiles = createSubjectAccess(tables, "PROFILE");
  const who = { now, actor };
  return {
    ...operator,
    readThingOwner: createReadThingOwner(tables),
    readManufacturer: manufacturers.read,
    readProfile: profiles.read,
    manufacturers: createManufacturers({ ...guard(manufacturers, precondition), ...who }),
    signers: createSigners({ ...manufacturers, ...who }),
    mappings: createMappings({ ...manufacturers, ...who }),
    applyProfile: createApplyProfile({
      ...guard(profiles, precondition),
      ...createProfileControl(clients.iot),
      scope,
      stage,
      ...who,
    }),
    tokens: wireTokens({ ...wiring, actor }),
  };
}

/** Whatever is read to be changed has to be in the state that the caller means. */
function guard<T, Access extends { readonly read: ReadSubject<T> }>(
  access: Access,
  precondition: Precondition | undefined,
): Access {
  if (precondition === undefined) return access;
  const read: ReadSubject<T> = async (id) => {
    const subject = await access.read(id);
    precondition(subject.revision);
    return subject;
  };
  return { ...access, read };
}
