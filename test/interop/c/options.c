#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_FIRST = 256, HOST, PORT, SNI, CA, CERT, KEY, FORMAT, TLS, ALPN, LATE, ID, FILTER, TOPIC,
       MESSAGE, COUNT };

static const struct option names[] = {
  {"host", required_argument, NULL, HOST},
  {"port", required_argument, NULL, PORT},
  {"sni", required_argument, NULL, SNI}, /* empty for none; the host without this option */
  {"ca", required_argument, NULL, CA},
  {"cert", required_argument, NULL, CERT},
  {"key", required_argument, NULL, KEY},
  {"format", required_argument, NULL, FORMAT},
  {"tls", required_argument, NULL, TLS},
  {"alpn", required_argument, NULL, ALPN},
  {"late-certificate", no_argument, NULL, LATE},
  {"id", required_argument, NULL, ID},
  {"subscribe", required_argument, NULL, FILTER},
  {"topic", required_argument, NULL, TOPIC},
  {"message", required_argument, NULL, MESSAGE},
  {"count", required_argument, NULL, COUNT},
  {NULL, 0, NULL, 0},
};

static bool read_format(struct options *options, const char *text) {
  options->der = strcmp(text, "der") == 0;
  return options->der || strcmp(text, "pem") == 0;
}

static bool read_tls(struct options *options, const char *text) {
  options->tls_minor = strcmp(text, "1.3") == 0 ? 3 : 2;
  return options->tls_minor == 3 || strcmp(text, "1.2") == 0;
}

static bool read_one(struct options *options, int name, const char *text) {
  switch (name) {
    case HOST: options->host = text; return true;
    case PORT: options->port = text; return true;
    case SNI: options->server_name = text; return true;
    case CA: options->ca = text; return true;
    case CERT: options->cert = text; return true;
    case KEY: options->key = text; return true;
    case FORMAT: return read_format(options, text);
    case TLS: return read_tls(options, text);
    case ALPN: options->alpn = text; return true;
    case LATE: options->late_certificate = true; return true;
    case ID: options->client_id = text; return true;
    case FILTER: options->filter = text; return true;
    case TOPIC: options->topic = text; return true;
    case MESSAGE: options->message = text; return true;
    case COUNT: options->count = atoi(text); return true;
    default: return false;
  }
}

bool options_read(struct options *options, int argc, char **argv) {
  memset(options, 0, sizeof *options);
  options->host = "localhost";
  options->message = "";
  int name;
  while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
    if (read_one(options, name, optarg)) continue;
    fprintf(stderr, "usage: unknown option or value\n");
    return false;
  }
  if (options->server_name == NULL) options->server_name = options->host;
  if (*options->server_name == '\0') options->server_name = NULL;
  if (options->port && options->ca && options->cert && options->key && options->tls_minor != 0 &&
      options->client_id) {
    return true;
  }
  fprintf(stderr, "usage: --port, --ca, --cert, --key, --tls and --id are needed\n");
  return false;
}
