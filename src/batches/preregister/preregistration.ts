/** What became of the certificates of a batch that were gone through. */
export interface PreregistrationCounts {
  /** Devices that are let in. */
  readonly registered: number;
  /** Certificates that something speaks against, each with the reason on record. */
  readonly refused: number;
  /** Certificates that could not be settled, again and again. */
  readonly failed: number;
}

export const nonePreregistered: PreregistrationCounts = { registered: 0, refused: 0, failed: 0 };

/** How far the registering of a batch's certificates in advance is. */
export interface PreregistrationProgress extends PreregistrationCounts {
  /** Number of the message that goes on with it; those before are over, however often they come. */
  readonly next: number;
}

/** Strongly consistent. */
export type ReadPreregistration = (batch: string) => Promise<PreregistrationProgress | undefined>;

/** Writes how far it is, unless a later message has written. @returns whether it was written. */
export type WritePreregistration = (
  batch: string,
  progress: PreregistrationProgress,
) => Promise<boolean>;

/**
 * Takes the account's one lane for work in bulk, for a while.
 *
 * @returns false while another holder has it.
 */
export type TakeLane = (holder: string, until: Date, now: Date) => Promise<boolean>;

/** Gives the lane back, where it is still this holder's. */
export type LeaveLane = (holder: string) => Promise<void>;

/** Registering certificates in advance, behind all else that AWS IoT's quota is for. */
export interface Preregistration {
  /** Repeats harmlessly. @returns whether its device is let in. */
  readonly preregister: (certificateId: string) => Promise<"registered" | "refused">;
  /** First connects wait, or AWS IoT has throttled since this was asked last. */
  readonly isInTheWay: () => Promise<boolean>;
  readonly pause: (ms: number) => Promise<void>;
}
