#include "tls.h"

#include <wolfssl/options.h>

#include <wolfssl/ssl.h>

#include <stdio.h>
#include <string.h>

static WOLFSSL_CTX *context;
static WOLFSSL *session;
static char fault[160];

const char *tls_fault(void) {
  return fault;
}

static bool failed(const char *what, int code) {
  char text[WOLFSSL_MAX_ERROR_SZ] = "the peer closed the connection";
  if (code != WOLFSSL_ERROR_ZERO_RETURN) wolfSSL_ERR_error_string((unsigned long)code, text);
  snprintf(fault, sizeof fault, "%s: wolfSSL %d, %s", what, code, text);
  return false;
}

static bool load_server_ca(const struct options *options) {
  int format = options->der ? WOLFSSL_FILETYPE_ASN1 : WOLFSSL_FILETYPE_PEM;
  unsigned char bytes[8192];
  FILE *file = fopen(options->ca, "rb");
  if (file == NULL) return failed("server CA", 0);
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  int code = wolfSSL_CTX_load_verify_buffer(context, bytes, (long)length, format);
  return code == WOLFSSL_SUCCESS || failed("server CA", code);
}

static bool load_identity(const struct options *options) {
  int format = options->der ? WOLFSSL_FILETYPE_ASN1 : WOLFSSL_FILETYPE_PEM;
  int code = wolfSSL_CTX_use_certificate_chain_file_format(context, options->cert, format);
  if (code != WOLFSSL_SUCCESS) return failed("certificate", code);
  code = wolfSSL_CTX_use_PrivateKey_file(context, options->key, format);
  return code == WOLFSSL_SUCCESS || failed("key", code);
}

static bool create_session(const struct options *options, int socket) {
  session = wolfSSL_new(context);
  if (session == NULL) return failed("session", 0);
  wolfSSL_set_fd(session, socket);
  wolfSSL_check_domain_name(session, options->host);
  if (options->server_name != NULL) {
    wolfSSL_UseSNI(session, WOLFSSL_SNI_HOST_NAME, options->server_name,
                   (unsigned short)strlen(options->server_name));
  }
  if (options->alpn != NULL) {
    char list[64];
    snprintf(list, sizeof list, "%s", options->alpn);
    wolfSSL_UseALPN(session, list, (unsigned int)strlen(list), WOLFSSL_ALPN_FAILED_ON_MISMATCH);
  }
  return true;
}

bool tls_open(const struct options *options, int socket) {
  wolfSSL_Init();
  context = wolfSSL_CTX_new(options->tls_minor == 3 ? wolfTLSv1_3_client_method()
                                                    : wolfTLSv1_2_client_method());
  if (context == NULL) return failed("context", 0);
  /* Debian builds it with OpenSSL's defaults, and those trust every server. */
  wolfSSL_CTX_set_verify(context, WOLFSSL_VERIFY_PEER, NULL);
  if (!load_server_ca(options)) return false;
  if (!options->late_certificate && !load_identity(options)) return false;
  if (!create_session(options, socket)) return false;
  /* A session takes what its context has when it is made; this comes too late for it. */
  if (options->late_certificate && !load_identity(options)) return false;
  int code = wolfSSL_connect(session);
  return code == WOLFSSL_SUCCESS || failed("handshake", wolfSSL_get_error(session, code));
}

const char *tls_version(void) {
  return wolfSSL_get_version(session);
}

bool tls_write(const unsigned char *bytes, size_t length) {
  int written = wolfSSL_write(session, bytes, (int)length);
  return written == (int)length || failed("write", wolfSSL_get_error(session, written));
}

bool tls_read(unsigned char *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    int count = wolfSSL_read(session, bytes + at, (int)(length - at));
    if (count <= 0) return failed("read", wolfSSL_get_error(session, count));
    at += (size_t)count;
  }
  return true;
}

void tls_close(void) {
  if (session != NULL) wolfSSL_shutdown(session);
  wolfSSL_free(session);
  wolfSSL_CTX_free(context);
  wolfSSL_Cleanup();
}
