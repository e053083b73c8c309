// Tally RPC 1 in as little C as it takes: what the floor's server and load generator share.
#ifndef FLOOR_WIRE_H
#define FLOOR_WIRE_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 12, WINDOW_BYTES = 262144, MESSAGE_OVERHEAD = 64, READ_BYTES = 65536 };
enum { HELLO = 1, REQUEST = 2, MESSAGE = 3, STATUS = 4, CANCEL = 6, WINDOW = 7, PING = 8 };
enum { END = 0x01, MORE = 0x02, NO_MESSAGE = 0x08, ACK = 0x10 };

static const uint8_t PREFACE[8] = {0xF1, 'T', 'A', 'L', 'L', 'Y', 1, 0};
// agent "floor", then the limits of PROTOCOL.md's golden HELLO.
static const uint8_t HELLO_BLOCK[] = {
    0x0a, 5,    'f',  'l',  'o',  'o',  'r',  0x18, 0x80, 0x80, 0x04, 0x20, 0x80, 0x80, 0x01, 0x28,
    0x80, 0x80, 0x80, 0x02, 0x30, 0x80, 0x02, 0x38, 0x80, 0x80, 0x10, 0x40, 0x88, 0x27};

struct buffer {
    uint8_t *bytes;
    size_t count, capacity;
};

static inline void die(const char *what) {
    perror(what);
    exit(1);
}

static inline uint8_t *grow(struct buffer *buffer, size_t count) {
    if (buffer->count + count > buffer->capacity) {
        buffer->capacity = (buffer->count + count) * 2;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (!buffer->bytes) die("realloc");
    }
    uint8_t *start = buffer->bytes + buffer->count;
    buffer->count += count;
    return start;
}

static inline void append(struct buffer *buffer, const void *bytes, size_t count) {
    memcpy(grow(buffer, count), bytes, count);
}

static inline void drop_front(struct buffer *buffer, size_t count) {
    memmove(buffer->bytes, buffer->bytes + count, buffer->count - count);
    buffer->count -= count;
}

static inline void put32(uint8_t *at, uint32_t value) {
    value = htonl(value);
    memcpy(at, &value, 4);
}

static inline uint32_t get32(const uint8_t *at) {
    uint32_t value;
    memcpy(&value, at, 4);
    return ntohl(value);
}

static inline void put_head(uint8_t *at, uint32_t length, uint8_t type, uint8_t flags,
                            uint16_t header, uint32_t stream) {
    put32(at, length);
    at[4] = type;
    at[5] = flags;
    header = htons(header);
    memcpy(at + 6, &header, 2);
    put32(at + 8, stream);
}

static inline void append_hello(struct buffer *out) {
    append(out, PREFACE, sizeof PREFACE);
    put_head(grow(out, HEAD), sizeof HELLO_BLOCK, HELLO, 0, sizeof HELLO_BLOCK, 0);
    append(out, HELLO_BLOCK, sizeof HELLO_BLOCK);
}

struct frame {
    uint32_t length, stream;
    uint8_t type, flags;
    uint16_t header;
    const uint8_t *payload;
};

// The frame at the start of the bytes; 0 while it is not whole.
static inline int next_frame(const uint8_t *bytes, size_t count, struct frame *frame) {
    if (count < HEAD) return 0;
    frame->length = get32(bytes);
    if (frame->length > 65536) exit(2);
    if (count < HEAD + (size_t)frame->length) return 0;
    frame->type = bytes[4];
    frame->flags = bytes[5];
    frame->header = (uint16_t)(bytes[6] << 8 | bytes[7]);
    if (frame->header > frame->length) exit(2);
    frame->stream = get32(bytes + 8);
    frame->payload = bytes + HEAD;
    return 1;
}

static inline int varint(const uint8_t **at, const uint8_t *end, uint64_t *value) {
    *value = 0;
    for (int shift = 0; *at < end && shift < 64; shift += 7) {
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return 1;
    }
    return 0;
}

#endif
