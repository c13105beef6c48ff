import { io } from "aws-iot-device-sdk-v2";
import type { Dial } from "./stock-client.ts";

/** The builders ask for a protocol on port 443 only; this is what they do there. */
export function toTlsContext(
  { certificate, key, serverCa }: Dial,
  alpn: string,
): io.ClientTlsContext {
  const options = io.TlsContextOptions.create_client_with_mtls_from_path(certificate, key);
  options.override_default_trust_store_from_path(undefined, serverCa);
  options.alpn_list = [alpn];
  return new io.ClientTlsContext(options);
}
