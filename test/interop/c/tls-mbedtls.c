#include "tls.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include <stdio.h>
#include <string.h>

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random_source;
static mbedtls_net_context network;
static mbedtls_ssl_context session;
static mbedtls_ssl_config settings;
static mbedtls_x509_crt server_ca;
static mbedtls_x509_crt chain;
static mbedtls_pk_context key;
static char fault[200];

const char *tls_fault(void) {
  return fault;
}

static bool failed(const char *what, int code) {
  char text[120];
  mbedtls_strerror(code, text, sizeof text);
  snprintf(fault, sizeof fault, "%s: mbedTLS %d, %s", what, code, text);
  return false;
}

/* The length of the DER object that begins here, head included; 0 when it is none. */
static size_t der_length(const unsigned char *bytes, size_t available) {
  if (available < 4 || bytes[0] != 0x30) return 0;
  size_t length = 0;
  if (bytes[1] < 0x80) length = bytes[1] + 2u;
  if (bytes[1] == 0x81) length = bytes[2] + 3u;
  if (bytes[1] == 0x82) length = ((size_t)bytes[2] << 8 | bytes[3]) + 4u;
  return length <= available ? length : 0;
}

/* PEM, or DER certificates one behind the other: a file of either is told by what it holds. */
static bool load_certificates(mbedtls_x509_crt *into, const char *path) {
  unsigned char bytes[16384];
  FILE *file = fopen(path, "rb");
  if (file == NULL) return failed(path, MBEDTLS_ERR_X509_FILE_IO_ERROR);
  size_t length = fread(bytes, 1, sizeof bytes - 1, file);
  fclose(file);
  bytes[length] = '\0';
  if (length > 0 && bytes[0] != 0x30) {
    int code = mbedtls_x509_crt_parse(into, bytes, length + 1);
    return code == 0 || failed(path, code);
  }
  for (size_t at = 0; at < length;) {
    size_t size = der_length(bytes + at, length - at);
    int code = mbedtls_x509_crt_parse_der(into, bytes + at, size);
    if (code != 0) return failed(path, code);
    at += size;
  }
  return true;
}

static bool load_identity(const struct options *options) {
  if (!load_certificates(&chain, options->cert)) return false;
  int code = mbedtls_pk_parse_keyfile(&key, options->key, NULL);
  if (code != 0) return failed("key", code);
  code = mbedtls_ssl_conf_own_cert(&settings, &chain, &key);
  return code == 0 || failed("certificate", code);
}

static bool configure(const struct options *options) {
  static const char *protocols[2];
  protocols[0] = options->alpn;
  mbedtls_ssl_config_defaults(&settings, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                              MBEDTLS_SSL_PRESET_DEFAULT);
  mbedtls_ssl_conf_min_version(&settings, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_authmode(&settings, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_rng(&settings, mbedtls_ctr_drbg_random, &random_source);
  if (!load_certificates(&server_ca, options->ca)) return false;
  mbedtls_ssl_conf_ca_chain(&settings, &server_ca, NULL);
  if (options->alpn != NULL) mbedtls_ssl_conf_alpn_protocols(&settings, protocols);
  return true;
}

static void initialise(void) {
  mbedtls_entropy_init(&entropy);
  mbedtls_ctr_drbg_init(&random_source);
  mbedtls_net_init(&network);
  mbedtls_ssl_init(&session);
  mbedtls_ssl_config_init(&settings);
  mbedtls_x509_crt_init(&server_ca);
  mbedtls_x509_crt_init(&chain);
  mbedtls_pk_init(&key);
}

bool tls_open(const struct options *options, int socket) {
  initialise();
  if (options->tls_minor == 3) {
    snprintf(fault, sizeof fault, "handshake: %s has no TLS 1.3", MBEDTLS_VERSION_STRING_FULL);
    return false;
  }
  int code = mbedtls_ctr_drbg_seed(&random_source, mbedtls_entropy_func, &entropy, NULL, 0);
  if (code != 0) return failed("random source", code);
  if (!configure(options)) return false;
  if (!options->late_certificate && !load_identity(options)) return false;
  network.fd = socket;
  code = mbedtls_ssl_setup(&session, &settings);
  if (code != 0) return failed("session", code);
  if (options->server_name != NULL) mbedtls_ssl_set_hostname(&session, options->server_name);
  mbedtls_ssl_set_bio(&session, &network, mbedtls_net_send, mbedtls_net_recv, NULL);
  /* A session reads its settings while it runs: here this is not too late. */
  if (options->late_certificate && !load_identity(options)) return false;
  code = mbedtls_ssl_handshake(&session);
  return code == 0 || failed("handshake", code);
}

const char *tls_version(void) {
  return mbedtls_ssl_get_version(&session);
}

bool tls_write(const unsigned char *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    int count = mbedtls_ssl_write(&session, bytes + at, length - at);
    if (count <= 0) return failed("write", count);
    at += (size_t)count;
  }
  return true;
}

bool tls_read(unsigned char *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    int count = mbedtls_ssl_read(&session, bytes + at, length - at);
    if (count <= 0) return failed("read", count);
    at += (size_t)count;
  }
  return true;
}

void tls_close(void) {
  mbedtls_ssl_close_notify(&session);
  mbedtls_ssl_free(&session);
  mbedtls_ssl_config_free(&settings);
  mbedtls_x509_crt_free(&server_ca);
  mbedtls_x509_crt_free(&chain);
  mbedtls_pk_free(&key);
  mbedtls_ctr_drbg_free(&random_source);
  mbedtls_entropy_free(&entropy);
}
