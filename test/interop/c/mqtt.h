#ifndef INTEROP_MQTT_H
#define INTEROP_MQTT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * As much of MQTT 3.1.1 as a device needs, over the one TLS connection there is.
 * https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/mqtt-v3.1.1.html
 */

enum mqtt_type { MQTT_CONNACK = 2, MQTT_PUBLISH = 3, MQTT_PUBACK = 4, MQTT_SUBACK = 9 };

struct mqtt_packet {
  enum mqtt_type type;
  int code;       /* return code of CONNACK and SUBACK */
  int identifier; /* of PUBACK, SUBACK, and of PUBLISH with QoS 1; else 0 */
  char topic[257];
  char payload[1025];
};

bool mqtt_send_connect(const char *client_id);
bool mqtt_send_subscribe(int identifier, const char *filter);
/* QoS 1 with an identifier, QoS 0 with 0. */
bool mqtt_send_publish(int identifier, const char *topic, const char *payload);
bool mqtt_send_puback(int identifier);
bool mqtt_send_disconnect(void);

/* Waits for a packet; false when the connection ends, or something unreadable comes. */
bool mqtt_receive(struct mqtt_packet *packet);

#endif
