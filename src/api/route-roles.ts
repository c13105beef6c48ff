import type { Role } from "../access/tokens/token.ts";

const all = ["operator", "manufacturer", "auditor"] as const;
const readers = ["operator", "auditor"] as const;
const operator = ["operator"] as const;
const pushers = ["operator", "manufacturer"] as const;

/**
 * Who may call which operation. A manufacturer sees and changes its own things only: of others it is
 * told what it would be told if they did not exist.
 */
export const routeRoles = {
  readHealth: "public",
  readOpenApi: "public",

  openBatch: pushers,
  listBatches: all,
  readBatch: all,
  listBatchErrors: all,
  createBatchReport: all,
  readBatchYield: all,
  recallBatch: pushers,
  approveBatch: operator,
  releaseBatch: operator,

  listCertificates: readers,
  readCertificate: all,
  explainCertificate: all,
  holdCertificate: operator,
  releaseCertificate: operator,
  revokeCertificate: operator,
  releaseCertificateClaim: operator,
  readDevice: all,

  listManufacturers: all,
  addManufacturer: operator,
  readManufacturer: all,
  changeManufacturer: operator,
  addManufacturerIssuer: operator,
  removeManufacturerIssuer: operator,
  shareManufacturerIssuer: operator,
  unshareManufacturerIssuer: operator,
  listSigners: all,
  addSigner: operator,
  removeSigner: operator,
  listMappings: all,
  readMapping: all,
  saveMapping: pushers,
  removeMapping: pushers,

  listIssuers: all,
  registerIssuer: operator,
  readRegistrationCode: operator,

  listProfiles: readers,
  readProfile: readers,
  applyProfile: operator,

  readAudit: readers,
  verifyAudit: readers,

  createToken: operator,
  listTokens: all,
  readToken: all,
  revokeToken: pushers,
} as const satisfies Readonly<Record<string, "public" | readonly Role[]>>;

export type RouteId = keyof typeof routeRoles;
