/** "MSTR": tells this file apart from any other SQLite file. */
export const applicationId = 0x4d53_5452;
export const schemaVersion = 2;

/**
 * Columns carry the names of the AWS IoT API. Dates are epoch milliseconds, attributes are JSON.
 * `position` is the order of creation, in which AWS lists certificates.
 * A policy's `target` is the resource part of an ARN: `cert/<id>` or `thinggroup/<name>`.
 */
export const schema = `
CREATE TABLE setting (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE caCertificate (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  certificateId TEXT NOT NULL UNIQUE,
  certificatePem TEXT NOT NULL,
  status TEXT NOT NULL,
  autoRegistrationStatus TEXT NOT NULL,
  certificateMode TEXT NOT NULL,
  creationDate INTEGER NOT NULL,
  lastModifiedDate INTEGER NOT NULL,
  customerVersion INTEGER NOT NULL
) STRICT;

CREATE TABLE certificate (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  certificateId TEXT NOT NULL UNIQUE,
  certificatePem TEXT NOT NULL,
  caCertificateId TEXT,
  status TEXT NOT NULL,
  certificateMode TEXT NOT NULL,
  creationDate INTEGER NOT NULL,
  lastModifiedDate INTEGER NOT NULL,
  customerVersion INTEGER NOT NULL
) STRICT;
CREATE INDEX certificateByCa ON certificate (caCertificateId, position);

CREATE TABLE thingType (
  thingTypeName TEXT PRIMARY KEY,
  thingTypeId TEXT NOT NULL,
  description TEXT,
  searchableAttributes TEXT NOT NULL,
  creationDate INTEGER NOT NULL
) STRICT;

CREATE TABLE thing (
  thingName TEXT PRIMARY KEY,
  thingId TEXT NOT NULL,
  thingTypeName TEXT REFERENCES thingType,
  attributes TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;

CREATE TABLE thingPrincipal (
  thingName TEXT NOT NULL REFERENCES thing,
  certificateId TEXT NOT NULL REFERENCES certificate (certificateId),
  thingPrincipalType TEXT NOT NULL,
  PRIMARY KEY (thingName, certificateId)
) STRICT, WITHOUT ROWID;
CREATE INDEX thingPrincipalByCertificate ON thingPrincipal (certificateId, thingName);

CREATE TABLE thingGroup (
  thingGroupName TEXT PRIMARY KEY,
  thingGroupId TEXT NOT NULL,
  parentGroupName TEXT REFERENCES thingGroup,
  description TEXT,
  attributes TEXT NOT NULL,
  creationDate INTEGER NOT NULL
) STRICT;
CREATE INDEX thingGroupByParent ON thingGroup (parentGroupName);

CREATE TABLE thingGroupMember (
  thingGroupName TEXT NOT NULL REFERENCES thingGroup,
  thingName TEXT NOT NULL REFERENCES thing ON DELETE CASCADE,
  PRIMARY KEY (thingGroupName, thingName)
) STRICT, WITHOUT ROWID;
CREATE INDEX thingGroupMemberByThing ON thingGroupMember (thingName, thingGroupName);

CREATE TABLE policy (
  policyName TEXT PRIMARY KEY,
  defaultVersionId INTEGER NOT NULL,
  latestVersionId INTEGER NOT NULL,
  creationDate INTEGER NOT NULL,
  lastModifiedDate INTEGER NOT NULL
) STRICT;

CREATE TABLE policyVersion (
  policyName TEXT NOT NULL REFERENCES policy ON DELETE CASCADE,
  versionId INTEGER NOT NULL,
  document TEXT NOT NULL,
  creationDate INTEGER NOT NULL,
  PRIMARY KEY (policyName, versionId)
) STRICT;

CREATE TABLE policyTarget (
  policyName TEXT NOT NULL REFERENCES policy,
  target TEXT NOT NULL,
  PRIMARY KEY (policyName, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX policyTargetByTarget ON policyTarget (target, policyName);
`;
