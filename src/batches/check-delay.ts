/** SQS's longest. */
const maxDelaySeconds = 900;

/** Refuses a delay that no work queue can keep. @throws RangeError */
export function checkDelay(delaySeconds: number): void {
  if (Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= maxDelaySeconds)
    return;
  throw new RangeError(`A delay is a whole number of seconds from 0 to ${maxDelaySeconds}`);
}
