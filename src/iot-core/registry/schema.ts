/** "MSTR": tells this file apart from any other SQLite file. */
export const applicationId = 0x4d53_5452;
export const schemaVersion = 2;

/**
 * Columns carry the names of the AWS IoT API. Dates are epoch milliseconds, attributes are JSON.
 * `position` is the order of creation, in which AWS lists certificates.
 * A policy's `target` is the resource part of an ARN: `cert/<id>` or `thinggroup/<name>`.
 * A rule's actions and what failed of them are JSON, as the API has them.
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
  creationDate INTEGER NOT NULL,
  deprecationDate INTEGER
) STRICT;

CREATE TABLE billingGroup (
  billingGroupName TEXT PRIMARY KEY,
  billingGroupId TEXT NOT NULL,
  description TEXT,
  version INTEGER NOT NULL,
  creationDate INTEGER NOT NULL
) STRICT;

CREATE TABLE thing (
  thingName TEXT PRIMARY KEY,
  thingId TEXT NOT NULL,
  thingTypeName TEXT REFERENCES thingType,
  billingGroupName TEXT REFERENCES billingGroup ON DELETE SET NULL,
  attributes TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX thingByType ON thing (thingTypeName, thingName);
CREATE INDEX thingByBillingGroup ON thing (billingGroupName, thingName);

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
  version INTEGER NOT NULL,
  creationDate INTEGER NOT NULL
) STRICT;
CREATE INDEX thingGroupByParent ON thingGroup (parentGroupName);

CREATE TABLE thingGroupMember (
  thingGroupName TEXT NOT NULL REFERENCES thingGroup ON DELETE CASCADE,
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

CREATE TABLE topicRule (
  ruleName TEXT PRIMARY KEY,
  sql TEXT NOT NULL,
  description TEXT,
  actions TEXT NOT NULL,
  errorAction TEXT,
  awsIotSqlVersion TEXT NOT NULL,
  ruleDisabled INTEGER NOT NULL,
  createdAt INTEGER NOT NULL
) STRICT;

CREATE TABLE ruleDelivery (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  ruleName TEXT NOT NULL,
  topic TEXT NOT NULL,
  clientId TEXT NOT NULL,
  traceId TEXT NOT NULL,
  payload BLOB NOT NULL,
  output BLOB NOT NULL,
  actions TEXT NOT NULL,
  errorAction TEXT,
  failures TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  nextAttemptAt INTEGER NOT NULL
) STRICT;
CREATE INDEX ruleDeliveryByTime ON ruleDelivery (nextAttemptAt);
CREATE INDEX ruleDeliveryByRule ON ruleDelivery (ruleName, nextAttemptAt);

CREATE TABLE session (
  clientId TEXT PRIMARY KEY,
  certificateId TEXT NOT NULL,
  protocolVersion INTEGER NOT NULL,
  keepAliveSeconds INTEGER NOT NULL,
  expirySeconds INTEGER NOT NULL,
  disconnectedAt INTEGER,
  disconnectReason TEXT
) STRICT;

CREATE TABLE sessionSubscription (
  clientId TEXT NOT NULL REFERENCES session ON DELETE CASCADE,
  topicFilter TEXT NOT NULL,
  qos INTEGER NOT NULL,
  noLocal INTEGER NOT NULL,
  retainAsPublished INTEGER NOT NULL,
  PRIMARY KEY (clientId, topicFilter)
) STRICT, WITHOUT ROWID;

CREATE TABLE queuedMessage (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  owner TEXT NOT NULL,
  topic TEXT NOT NULL,
  payload BLOB NOT NULL,
  properties TEXT,
  expiresAt INTEGER
) STRICT;
CREATE INDEX queuedMessageByOwner ON queuedMessage (owner, position);

CREATE TABLE retainedMessage (
  topic TEXT PRIMARY KEY,
  payload BLOB NOT NULL,
  qos INTEGER NOT NULL,
  properties TEXT,
  expiresAt INTEGER,
  lastModified INTEGER NOT NULL
) STRICT;
CREATE INDEX retainedMessageByExpiry ON retainedMessage (expiresAt);
`;
