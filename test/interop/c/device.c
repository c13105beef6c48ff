/*
 * A device of the smallest kind: connects, subscribes, publishes with QoS 0 and 1, and waits for
 * messages. One line for each thing that comes, and for what it ends with.
 */

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "mqtt.h"
#include "options.h"
#include "tls.h"

/* What it exits with. */
enum result {
  DONE = 0,
  USAGE_WRONG = 2,
  UNREACHABLE = 3,
  TLS_FAILED = 4,
  CLOSED_BEFORE_CONNACK = 5,
  CONNECT_REFUSED = 6,
  SUBSCRIBE_REFUSED = 7,
  CLOSED_LATER = 8,
};

enum { SUBSCRIBE_IDENTIFIER = 1, PUBLISH_IDENTIFIER = 2, TIMEOUT_SECONDS = 20 };

static int open_socket(const char *host, const char *port) {
  struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo *address;
  if (getaddrinfo(host, port, &hints, &address) != 0) return -1;
  struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};
  int file = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
  setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  int status = connect(file, address->ai_addr, address->ai_addrlen);
  freeaddrinfo(address);
  return status == 0 ? file : -1;
}

/* Messages come between everything else. */
static bool take_message(const struct mqtt_packet *packet, int *messages) {
  printf("message %s %s\n", packet->topic, packet->payload);
  fflush(stdout);
  *messages += 1;
  return packet->identifier == 0 || mqtt_send_puback(packet->identifier);
}

static bool wait_for(enum mqtt_type type, struct mqtt_packet *packet, int *messages) {
  while (mqtt_receive(packet)) {
    if (packet->type == type) return true;
    if (packet->type == MQTT_PUBLISH && !take_message(packet, messages)) return false;
  }
  return false;
}

static enum result live(const struct options *options) {
  struct mqtt_packet packet;
  int messages = 0;
  if (!mqtt_send_connect(options->client_id)) return CLOSED_BEFORE_CONNACK;
  if (!wait_for(MQTT_CONNACK, &packet, &messages)) return CLOSED_BEFORE_CONNACK;
  if (packet.code != 0) return CONNECT_REFUSED;
  if (options->filter != NULL) {
    if (!mqtt_send_subscribe(SUBSCRIBE_IDENTIFIER, options->filter)) return CLOSED_LATER;
    if (!wait_for(MQTT_SUBACK, &packet, &messages)) return CLOSED_LATER;
    if (packet.code == 0x80) return SUBSCRIBE_REFUSED;
    printf("subscribed\n");
    fflush(stdout);
  }
  if (options->topic != NULL) {
    if (!mqtt_send_publish(0, options->topic, options->message)) return CLOSED_LATER;
    if (!mqtt_send_publish(PUBLISH_IDENTIFIER, options->topic, options->message)) return CLOSED_LATER;
    if (!wait_for(MQTT_PUBACK, &packet, &messages)) return CLOSED_LATER;
  }
  while (messages < options->count) {
    if (!mqtt_receive(&packet)) return CLOSED_LATER;
    if (packet.type == MQTT_PUBLISH && !take_message(&packet, &messages)) return CLOSED_LATER;
  }
  return mqtt_send_disconnect() ? DONE : CLOSED_LATER;
}

static const char *describe(enum result result) {
  switch (result) {
    case DONE: return "done";
    case CLOSED_BEFORE_CONNACK: return "closed before CONNACK";
    case CONNECT_REFUSED: return "refused by CONNACK";
    case SUBSCRIBE_REFUSED: return "refused by SUBACK";
    default: return "closed";
  }
}

int main(int argc, char **argv) {
  struct options options;
  if (!options_read(&options, argc, argv)) return USAGE_WRONG;
  int file = open_socket(options.host, options.port);
  if (file < 0) {
    printf("nobody listens on %s:%s\n", options.host, options.port);
    return UNREACHABLE;
  }
  if (!tls_open(&options, file)) {
    printf("%s\n", tls_fault());
    close(file);
    return TLS_FAILED;
  }
  enum result result = live(&options);
  printf("%s over %s%s%s\n", describe(result), tls_version(), *tls_fault() ? ", " : "", tls_fault());
  tls_close();
  close(file);
  return (int)result;
}
