/** By default, of UpdateCertificate and DescribeCertificate: a device takes one each. */
const certificatesPerSecond = 10;

/**
 * How long AWS IoT's quotas make the first connects of so many devices take.
 *
 * @param perSecond devices; as many as the quotas allow by default, unless given.
 * @returns whole seconds.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 */
export function estimateOnboardingSeconds(
  devices: number,
  perSecond: number = certificatesPerSecond,
): number {
  return Math.ceil(devices / perSecond);
}
