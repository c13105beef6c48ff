const minimumSeconds = 30;
const maximumSeconds = 1200;

/**
 * Returns the keep-alive that AWS IoT holds a client to.
 *
 * @param askedSeconds of the CONNECT packet, where 0 means none.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
export function toKeepAliveSeconds(askedSeconds: number): number {
  if (askedSeconds === 0 || askedSeconds > maximumSeconds) return maximumSeconds;
  return Math.max(askedSeconds, minimumSeconds);
}
