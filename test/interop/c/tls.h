#ifndef INTEROP_TLS_H
#define INTEROP_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"

/*
 * TLS of one library: tls-wolfssl.c and tls-mbedtls.c implement the same functions. There is one
 * connection, as a device has it.
 */

/* Does the handshake over a connected socket; false when it fails, tls_fault() says why. */
bool tls_open(const struct options *options, int socket);

/* As "TLSv1.3". */
const char *tls_version(void);

bool tls_write(const unsigned char *bytes, size_t length);

/* Reads exactly that many bytes; false when the connection ends before, or time is up. */
bool tls_read(unsigned char *bytes, size_t length);

/* What the library said last, in its own words and numbers. */
const char *tls_fault(void);

void tls_close(void);

#endif
