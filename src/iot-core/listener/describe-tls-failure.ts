const notTls = "what came is no TLS: let the client speak MQTT over TLS on this port";
const untrusted =
  "the client does not trust the server's certificate: give it server-ca.pem as its CA, and let it dial a name that the certificate has";
const foreignKey =
  "the client's signature does not fit its certificate: give it the certificate's own private key";

/** By the end of the error's code: OpenSSL changed some of the beginnings. */
const causes: readonly (readonly [suffix: string, cause: string])[] = [
  ["HTTP_REQUEST", "an HTTP request came: let the client speak MQTT over TLS on this port"],
  [
    "HTTPS_PROXY_REQUEST",
    "a request for an HTTPS proxy came: let the client speak MQTT over TLS on this port",
  ],
  ["WRONG_VERSION_NUMBER", notTls],
  ["PACKET_LENGTH_TOO_LONG", notTls],
  ["RECORD_LAYER_FAILURE", notTls],
  ["ALERT_UNKNOWN_CA", untrusted],
  ["ALERT_BAD_CERTIFICATE", untrusted],
  ["ALERT_CERTIFICATE_UNKNOWN", untrusted],
  [
    "ALERT_CERTIFICATE_EXPIRED",
    "the client holds the server's certificate for expired: check the client's clock",
  ],
  [
    "ALERT_PROTOCOL_VERSION",
    "the client refuses the TLS version: let it speak TLS 1.2 or 1.3, or start the stand-in with both",
  ],
  [
    "ALERT_HANDSHAKE_FAILURE",
    "the client refuses what the server chose: see which cipher suites, curves and signatures it supports",
  ],
  [
    "ALERT_DECRYPT_ERROR",
    "the client could not verify the server's signature: see which signatures it supports",
  ],
  ["UNSUPPORTED_PROTOCOL", "the client speaks too old a version: it must speak TLS 1.2 or 1.3"],
  [
    "NO_SHARED_CIPHER",
    "the client offers no cipher suite that fits the server's ECDSA certificate: enable an ECDHE-ECDSA suite with AES-GCM",
  ],
  [
    "NO_SUITABLE_SIGNATURE_ALGORITHM",
    "the client does not accept the server's ECDSA P-256 signature: enable ecdsa_secp256r1_sha256",
  ],
  ["NO_SUITABLE_KEY_SHARE", "the client offers no curve of the server's: enable P-256 or X25519"],
  ["NO_SUITABLE_GROUPS", "the client offers no curve of the server's: enable P-256 or X25519"],
  [
    "NO_APPLICATION_PROTOCOL",
    "the client offers ALPN protocols but not x-amzn-mqtt-ca: offer that, or none at all",
  ],
  ["BAD_SIGNATURE", foreignKey],
  ["PROVIDER_SIGNATURE_FAILURE", foreignKey],
  [
    "TLS_HANDSHAKE_TIMEOUT",
    "the client did not finish the handshake within five seconds: it waits for something, or gave up on the server's certificate without a word (give it server-ca.pem as its CA)",
  ],
  [
    "ECONNRESET",
    "the client closed the connection in the middle: it gave up on the server's certificate (give it server-ca.pem as its CA), or was stopped, or its private key does not belong to its certificate (compare `openssl pkey -in key.pem -pubout` with `openssl x509 -in cert.pem -noout -pubkey`)",
  ],
];

/**
 * Says for people why a TLS handshake failed, and what to do.
 *
 * @param error of Node's `tlsClientError`: OpenSSL's reason is in its code.
 */
export function describeTlsFailure(error: Error): string {
  const code = "code" in error ? String(error.code) : "";
  const [, cause] = causes.find(([suffix]) => code.endsWith(suffix)) ?? [];
  if (cause !== undefined) return cause;
  // An RSA signature by another key decrypts to noise, and each check of its padding may be the first to fail.
  if ("library" in error && error.library === "rsa routines") return foreignKey;
  // OpenSSL's own message has addresses and file names around the reason.
  return "reason" in error ? String(error.reason) : error.message;
}
