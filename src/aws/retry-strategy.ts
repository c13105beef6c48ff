/** How long a call waits before it is made again; all in milliseconds. */
export interface Patience {
  /** The longest first wait; each next one is up to twice as long. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly onThrottled?: () => void;
}

const eager: Patience = { firstDelayMs: 50, maxDelayMs: 1_000 };
/** Some 30 s of waits; what calls with a signal are cut off by before. */
const maxAttempts = 60;

interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

interface RetryErrorInfo {
  readonly errorType: "TRANSIENT" | "THROTTLING" | "SERVER_ERROR" | "CLIENT_ERROR";
  readonly error?: { readonly name?: string };
}

/**
 * Retries throttling and passing failures until the caller's signal aborts.
 *
 * The SDK's own strategies give up after a few attempts, and share a budget of retries that a quota
 * of ten calls a second uses up at the first burst: from then on every throttled call fails at once.
 * Here each call is patient by itself, with full jitter, and nothing is shared.
 *
 * A quota goes to whoever asks for it oftenest: calls that wait longer yield to those that do not.
 *
 * @param random in [0, 1).
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function createRetryStrategy(random: () => number, patience: Patience = eager) {
  const { firstDelayMs, maxDelayMs, onThrottled = () => {} } = patience;
  return {
    acquireInitialRetryToken: async (): Promise<RetryToken> => toToken(0, 0),
    refreshRetryTokenForRetry: async (
      token: RetryToken,
      { errorType, error }: RetryErrorInfo,
    ): Promise<RetryToken> => {
      const attempts = token.getRetryCount() + 1;
      if (errorType === "THROTTLING") onThrottled();
      // The SDK takes this one for throttling; it is a quota of things, which no waiting frees.
      const isFinal = errorType === "CLIENT_ERROR" || error?.name === "LimitExceededException";
      if (isFinal || attempts >= maxAttempts) throw new Error("No further retry");
      const longest = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempts - 1));
      return toToken(attempts, Math.ceil(random() * longest));
    },
    recordSuccess: (): void => {},
  };
}

function toToken(count: number, delayMs: number): RetryToken {
  return { getRetryCount: () => count, getRetryDelay: () => delayMs };
}
