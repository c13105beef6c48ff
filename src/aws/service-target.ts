import type { OnCall } from "./observe-calls.ts";

/** Where one service of AWS, or an emulator of it, is reached. */
export interface ServiceTarget {
  readonly region: string;
  /** AWS's own, or what the SDK's environment says, unless given. */
  readonly endpoint?: string;
  /** The SDK's provider chain unless given. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** In [0, 1): spreads the waits between retries. */
  readonly random?: () => number;
  /** Is told of each call once it is over. */
  readonly onCall?: OnCall;
}
