#include "mqtt.h"

#include <string.h>

#include "tls.h"

enum { SMALL = 127, CAPACITY = 2048, KEEP_ALIVE_SECONDS = 60 };

/* A packet that is being written. Its length goes into one byte: this client says little. */
struct writer {
  unsigned char bytes[SMALL + 2];
  size_t length;
  bool is_full;
};

static void put(struct writer *writer, const void *bytes, size_t length) {
  if (writer->length + length > sizeof writer->bytes) {
    writer->is_full = true;
    return;
  }
  memcpy(writer->bytes + writer->length, bytes, length);
  writer->length += length;
}

static void put_byte(struct writer *writer, int value) {
  unsigned char byte = (unsigned char)value;
  put(writer, &byte, 1);
}

static void put_number(struct writer *writer, int value) {
  put_byte(writer, value >> 8);
  put_byte(writer, value & 0xff);
}

static void put_text(struct writer *writer, const char *text) {
  put_number(writer, (int)strlen(text));
  put(writer, text, strlen(text));
}

static struct writer begin(int first_byte) {
  struct writer writer = {.length = 0};
  put_byte(&writer, first_byte);
  put_byte(&writer, 0);
  return writer;
}

static bool send_packet(struct writer *writer) {
  if (writer->is_full) return false;
  writer->bytes[1] = (unsigned char)(writer->length - 2);
  return tls_write(writer->bytes, writer->length);
}

bool mqtt_send_connect(const char *client_id) {
  struct writer writer = begin(0x10);
  put_text(&writer, "MQTT");
  put_byte(&writer, 4);
  put_byte(&writer, 0x02); /* clean session */
  put_number(&writer, KEEP_ALIVE_SECONDS);
  put_text(&writer, client_id);
  return send_packet(&writer);
}

bool mqtt_send_subscribe(int identifier, const char *filter) {
  struct writer writer = begin(0x82);
  put_number(&writer, identifier);
  put_text(&writer, filter);
  put_byte(&writer, 1);
  return send_packet(&writer);
}

bool mqtt_send_publish(int identifier, const char *topic, const char *payload) {
  struct writer writer = begin(identifier == 0 ? 0x30 : 0x32);
  put_text(&writer, topic);
  if (identifier != 0) put_number(&writer, identifier);
  put(&writer, payload, strlen(payload));
  return send_packet(&writer);
}

bool mqtt_send_puback(int identifier) {
  struct writer writer = begin(0x40);
  put_number(&writer, identifier);
  return send_packet(&writer);
}

bool mqtt_send_disconnect(void) {
  struct writer writer = begin(0xe0);
  return send_packet(&writer);
}

/* One to four bytes, of seven bits each, the lowest first. */
static bool receive_length(size_t *length) {
  *length = 0;
  for (int shift = 0; shift < 28; shift += 7) {
    unsigned char byte;
    if (!tls_read(&byte, 1)) return false;
    *length |= (size_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return *length <= CAPACITY;
  }
  return false;
}

static int number_at(const unsigned char *bytes) {
  return bytes[0] << 8 | bytes[1];
}

static bool read_publish(struct mqtt_packet *packet, int qos, const unsigned char *body, size_t length) {
  if (length < 2) return false;
  size_t topic = (size_t)number_at(body);
  size_t head = 2 + topic + (qos > 0 ? 2 : 0);
  if (head > length || topic >= sizeof packet->topic || length - head >= sizeof packet->payload) {
    return false;
  }
  memcpy(packet->topic, body + 2, topic);
  if (qos > 0) packet->identifier = number_at(body + 2 + topic);
  memcpy(packet->payload, body + head, length - head);
  return true;
}

bool mqtt_receive(struct mqtt_packet *packet) {
  unsigned char first;
  unsigned char body[CAPACITY];
  size_t length;
  memset(packet, 0, sizeof *packet);
  if (!tls_read(&first, 1) || !receive_length(&length) || !tls_read(body, length)) return false;
  packet->type = (enum mqtt_type)(first >> 4);
  if (packet->type == MQTT_PUBLISH) return read_publish(packet, first >> 1 & 3, body, length);
  if (length < 2) return false;
  if (packet->type == MQTT_CONNACK) {
    packet->code = body[1];
    return true;
  }
  packet->identifier = number_at(body);
  if (packet->type == MQTT_SUBACK) packet->code = length > 2 ? body[2] : 0x80;
  return true;
}
