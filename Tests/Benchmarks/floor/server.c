// The floor: an epoll server in C with the frames of Tally RPC 1 and protobuf-c. It does what no
// server of the protocol can leave out, and nothing else: no deadlines, no limits, no drain.
#define _GNU_SOURCE // accept4
#include "bench.pb-c.h"
#include "wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OUT_MAX = 262144, STREAMS = 16 };

struct stream {
    uint32_t id;
    int64_t credit;
    size_t count;
    uint8_t *data;
};

struct connection {
    int fd, greeted, wants_write, streams;
    struct buffer in, out;
    struct stream *repeats;
};

static int poller;

// Returns the bytes of the message.
static size_t answer(struct connection *c, uint8_t type, uint8_t flags, uint32_t id,
                     const uint8_t *data, size_t count) {
    Tally__Bench__V1__Payload reply = TALLY__BENCH__V1__PAYLOAD__INIT;
    reply.data.data = (uint8_t *)data;
    reply.data.len = count;
    size_t size = tally__bench__v1__payload__get_packed_size(&reply);
    uint8_t *at = grow(&c->out, HEAD + size);
    put_head(at, (uint32_t)size, type, flags, 0, id);
    return tally__bench__v1__payload__pack(&reply, at + HEAD);
}

// Reads a CallHeader: 'E' for Echo, 'R' for Repeat.
static char method(const uint8_t *at, size_t count) {
    const uint8_t *end = at + count;
    char found = 0;
    uint64_t key, value;
    while (at < end && varint(&at, end, &key)) {
        if (!varint(&at, end, &value)) exit(2);
        if ((key & 7) == 0) continue;
        if ((key & 7) != 2 || value > (uint64_t)(end - at)) exit(2);
        if (key >> 3 == 1) {
            if (value == 26 && !memcmp(at, "/tally.bench.v1.Bench/Echo", 26)) found = 'E';
            if (value == 28 && !memcmp(at, "/tally.bench.v1.Bench/Repeat", 28)) found = 'R';
        }
        at += value;
    }
    return found;
}

static void request(struct connection *c, const struct frame *f) {
    char kind = method(f->payload, f->header);
    Tally__Bench__V1__Payload *payload = tally__bench__v1__payload__unpack(
        NULL, f->length - f->header, f->payload + f->header);
    if (!payload || !kind) exit(2);
    if (kind == 'E') {
        answer(c, STATUS, END, f->stream, payload->data.data, payload->data.len);
    } else {
        if (!c->repeats) c->repeats = calloc(STREAMS, sizeof(struct stream));
        if (c->streams == STREAMS) exit(2);
        struct stream *s = &c->repeats[c->streams++];
        *s = (struct stream){f->stream, WINDOW_BYTES, payload->data.len, malloc(payload->data.len)};
        memcpy(s->data, payload->data.data, s->count);
    }
    tally__bench__v1__payload__free_unpacked(payload, NULL);
}

static void on_frame(struct connection *c, const struct frame *f) {
    switch (f->type) {
    case REQUEST: request(c, f); break;
    case WINDOW:
        for (int i = 0; i < c->streams; i++)
            if (c->repeats[i].id == f->stream) c->repeats[i].credit += get32(f->payload);
        break;
    case CANCEL:
        for (int i = 0; i < c->streams; i++)
            if (c->repeats[i].id == f->stream) {
                free(c->repeats[i].data);
                c->repeats[i] = c->repeats[--c->streams];
                break;
            }
        break;
    case PING:
        if (f->flags & ACK) break;
        put_head(grow(&c->out, HEAD), 8, PING, ACK, 0, 0);
        append(&c->out, f->payload, 8);
        break;
    }
}

static void stream(struct connection *c) {
    for (int i = 0; i < c->streams; i++) {
        struct stream *s = &c->repeats[i];
        while (s->credit > 0 && c->out.count < OUT_MAX) {
            size_t size = answer(c, MESSAGE, 0, s->id, s->data, s->count);
            s->credit -= (int64_t)size + MESSAGE_OVERHEAD;
        }
    }
}

static int may_send(const struct connection *c) {
    for (int i = 0; i < c->streams; i++)
        if (c->repeats[i].credit > 0) return 1;
    return 0;
}

static void end(struct connection *c) {
    close(c->fd);
    for (int i = 0; i < c->streams; i++) free(c->repeats[i].data);
    free(c->repeats);
    free(c->in.bytes);
    free(c->out.bytes);
    free(c);
}

static int flush(struct connection *c) {
    size_t sent = 0;
    while (sent < c->out.count) {
        ssize_t count = send(c->fd, c->out.bytes + sent, c->out.count - sent, MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN) return 0;
        if (count < 0) break;
        sent += (size_t)count;
    }
    drop_front(&c->out, sent);
    int wants = c->out.count > 0;
    if (wants != c->wants_write) {
        struct epoll_event event = {.events = EPOLLIN | (wants ? EPOLLOUT : 0), .data.ptr = c};
        epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
        c->wants_write = wants;
    }
    return 1;
}

static size_t frames(struct connection *c, const uint8_t *bytes, size_t count) {
    size_t at = 0;
    if (!c->greeted) {
        if (count < sizeof PREFACE) return 0;
        if (memcmp(bytes, PREFACE, sizeof PREFACE)) exit(2);
        at = sizeof PREFACE;
        c->greeted = 1;
        append_hello(&c->out);
    }
    struct frame f;
    while (next_frame(bytes + at, count - at, &f)) {
        on_frame(c, &f);
        at += HEAD + f.length;
    }
    return at;
}

static int readable(struct connection *c) {
    static uint8_t bytes[READ_BYTES];
    ssize_t count = recv(c->fd, bytes, sizeof bytes, 0);
    if (count < 0 && errno == EAGAIN) return 1;
    if (count <= 0) return 0;
    if (c->in.count) {
        append(&c->in, bytes, (size_t)count);
        drop_front(&c->in, frames(c, c->in.bytes, c->in.count));
        return 1;
    }
    size_t used = frames(c, bytes, (size_t)count);
    if (used < (size_t)count) append(&c->in, bytes + used, (size_t)count - used);
    return 1;
}

static void turn(struct connection *c, uint32_t events) {
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !readable(c)) return end(c);
    // Until the credit is spent or the kernel takes no more: then WINDOW or EPOLLOUT goes on.
    do {
        stream(c);
        if (!flush(c)) return end(c);
    } while (!c->wants_write && may_send(c));
}

static void accept_all(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    }
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length)) die("bind");
    if (listen(listener, 1024)) die("listen");
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    static struct epoll_event events[256];
    for (;;) {
        int count = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr) turn(events[i].data.ptr, events[i].events);
            else accept_all(listener);
        }
    }
}
