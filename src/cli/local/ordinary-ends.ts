/** Outcomes that only say that a connection is over. They may come after every ACCEPTED. */
export const ordinaryEnds: ReadonlySet<string> = new Set([
  "CLIENT_DISCONNECTED",
  "CONNECTION_LOST",
]);
