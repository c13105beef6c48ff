#ifndef INTEROP_OPTIONS_H
#define INTEROP_OPTIONS_H

#include <stdbool.h>

/* What the command line says. Texts are the caller's argv. */
struct options {
  const char *host;
  const char *port;
  const char *server_name; /* SNI; NULL sends none */
  const char *ca;
  const char *cert; /* with the chain behind it, if there is one */
  const char *key;
  bool der; /* ca, cert and key are DER instead of PEM */
  int tls_minor; /* 2 or 3 */
  const char *alpn;
  bool late_certificate; /* loads it when the session exists already, as is often got wrong */
  const char *client_id;
  const char *filter; /* what it subscribes to; NULL for nothing */
  const char *topic;  /* where it publishes, with QoS 0 and with QoS 1; NULL for nowhere */
  const char *message;
  int count; /* messages it waits for */
};

/* Says on stderr what is wrong, and returns false. */
bool options_read(struct options *options, int argc, char **argv);

#endif
