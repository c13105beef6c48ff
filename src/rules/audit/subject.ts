/** What an audit chain is about. */
export type SubjectKind = "CERT" | "MANUFACTURER" | "PROFILE" | "BATCH" | "CA" | "TOKEN";

export const toSubject = (kind: SubjectKind, id: string): string => `${kind}#${id}`;
