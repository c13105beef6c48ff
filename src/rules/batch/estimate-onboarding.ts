/** UpdateCertificate and DescribeCertificate, of which a device takes one each. */
const certificatesPerSecond = 10;

/**
 * How long AWS IoT's quotas, as they are by default, make the first connects of so many devices take.
 *
 * @returns whole seconds.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 */
export function estimateOnboardingSeconds(devices: number): number {
  return Math.ceil(devices / certificatesPerSecond);
}
