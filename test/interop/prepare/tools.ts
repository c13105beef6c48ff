/** A stock client that is there, or why it is not. */
export type Tool = { readonly path: string } | { readonly missing: string };

/** What the tests find on this machine. */
export interface Tools {
  readonly mosquitto: Tool;
  readonly wolfssl: Tool;
  readonly mbedtls: Tool;
  readonly aws: Tool;
}

declare module "vitest" {
  interface ProvidedContext {
    readonly tools: Tools;
  }
}
