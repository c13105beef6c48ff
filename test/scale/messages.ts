/** What the queue's owner tells a worker. */
export type ToWorker =
  | { readonly kind: "work"; readonly message: object }
  /** That what it sent is in the queue. */
  | { readonly kind: "sent"; readonly id: number };

/** What a worker tells the queue's owner. */
export type FromWorker =
  | {
      readonly kind: "send";
      readonly id: number;
      readonly message: object;
      readonly delayMs: number;
    }
  /** What its process takes before it has done anything. */
  | { readonly kind: "ready"; readonly idleBytes: number }
  /** The most that its process took so far. */
  | { readonly kind: "done"; readonly peakBytes: number; readonly error?: string };

/** What a worker is started with, as JSON. */
export interface WorkerSetting {
  readonly endpoint: string;
  /** Ends the names of the tables. */
  readonly run: string;
  readonly folder: string;
  /** Base64 of DER. */
  readonly ca: string;
  /** ISO 8601; what every worker takes for now, so that runs can be compared. */
  readonly at: string;
}
