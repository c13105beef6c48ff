/**
 * Three partitions a token, so that rights can be given by leading key: of what the API manages, of
 * what only the authorizer reads, and of what the authorizer writes.
 */
export const toTokenSecretKey = (id: string) => `SECRET#${id}`;
export const toTokenUseKey = (id: string) => `USE#${id}`;
/** What makes a repeated request find the token it made. */
export const toTokenRequestKey = (requestHash: string) => `REQUEST#TOKEN#${requestHash}`;

export const tokenSecretKey = "SECRET";
export const tokenUseKey = "USE";
export const tokenRequestKey = "REQUEST";
