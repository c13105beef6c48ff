const hardwareAddress =
  /^[0-9a-f]{2}(?:([:. -]?)[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?$/;
const dotted = /^(?:[0-9a-f]{4}\.){2,3}[0-9a-f]{4}$/;

/**
 * Writes an id as ids are compared: vendors' own tools write them in either case, and addresses of
 * hardware with separators of every kind.
 */
export function foldDeviceId(deviceId: string): string {
  const folded = deviceId.toLowerCase();
  const isAddress = hardwareAddress.test(folded) || dotted.test(folded);
  return isAddress ? folded.replaceAll(/[:. -]/g, "") : folded;
}
