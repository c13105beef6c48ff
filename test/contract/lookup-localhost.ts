import dns from "node:dns";

/**
 * Loaded into a process, leads names under localhost to this machine, as browsers do and glibc does not:
 * S3's clients put the bucket before the host. RFC 6761 section 6.3.
 */
const { lookup } = dns;

dns.lookup = ((
  hostname: string,
  ...rest: Parameters<typeof lookup> extends [string, ...infer R] ? R : never
) => lookup(hostname.endsWith(".localhost") ? "localhost" : hostname, ...rest)) as typeof lookup;
