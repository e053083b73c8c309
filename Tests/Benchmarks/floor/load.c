// A load generator for any server of Tally RPC 1: unary calls with a fixed number in flight,
// endless streams, or connections that do nothing. Prints "begin" when the warm-up is over and a
// line of JSON at the end.
#include "bench.pb-c.h"
#include "wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SAMPLES = 1 << 22, IDS = 1024 };

struct connection {
    int fd, depth, open, greeted;
    uint32_t next;
    size_t owed;
    double started[IDS];
    struct buffer in, out;
};

static enum { UNARY, STREAM, IDLE } mode;
static size_t size = 64;
static uint8_t *data;
static int measuring;
static uint64_t calls, total;
static float *samples;
static double clock_now;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void request(struct connection *c) {
    static const char echo[] = "/tally.bench.v1.Bench/Echo";
    static const char repeat[] = "/tally.bench.v1.Bench/Repeat";
    // Ten seconds, as our own client says by default.
    static const uint8_t timeout[] = {0x10, 0x80, 0xAD, 0xE2, 0x04};
    const char *name = mode == STREAM ? repeat : echo;
    size_t length = strlen(name), header = 2 + length + (mode == STREAM ? 0 : sizeof timeout);
    Tally__Bench__V1__Payload payload = TALLY__BENCH__V1__PAYLOAD__INIT;
    payload.data.data = data;
    payload.data.len = size;
    size_t packed = tally__bench__v1__payload__get_packed_size(&payload);
    uint32_t id = c->next++;
    uint8_t *at = grow(&c->out, HEAD + header + packed);
    put_head(at, (uint32_t)(header + packed), REQUEST, END, (uint16_t)header, id);
    at += HEAD;
    *at++ = 0x0a;
    *at++ = (uint8_t)length;
    memcpy(at, name, length);
    at += length;
    if (mode == UNARY) {
        memcpy(at, timeout, sizeof timeout);
        at += sizeof timeout;
    }
    tally__bench__v1__payload__pack(&payload, at);
    c->started[id % IDS] = clock_now;
    c->open++;
}

static void check(const struct frame *f) {
    Tally__Bench__V1__Payload *payload = tally__bench__v1__payload__unpack(
        NULL, f->length - f->header, f->payload + f->header);
    if (!payload || payload->data.len != size) {
        fprintf(stderr, "load: wrong answer, type %d flags %d\n", f->type, f->flags);
        exit(2);
    }
    tally__bench__v1__payload__free_unpacked(payload, NULL);
}

static void on_frame(struct connection *c, const struct frame *f) {
    switch (f->type) {
    case HELLO: c->greeted = 2; break;
    case STATUS:
        check(f);
        total++;
        if (measuring) {
            samples[calls % SAMPLES] = (float)(clock_now - c->started[f->stream % IDS]);
            calls++;
        }
        c->open--;
        break;
    case MESSAGE:
        check(f);
        total++;
        if (measuring) calls++;
        c->owed += f->length + MESSAGE_OVERHEAD;
        if (c->owed * 2 < WINDOW_BYTES) break;
        put_head(grow(&c->out, HEAD), 4, WINDOW, 0, 0, f->stream);
        put32(grow(&c->out, 4), (uint32_t)c->owed);
        c->owed = 0;
        break;
    case PING:
        if (f->flags & ACK) break;
        put_head(grow(&c->out, HEAD), 8, PING, ACK, 0, 0);
        append(&c->out, f->payload, 8);
        break;
    default: fprintf(stderr, "load: frame of type %d\n", f->type); exit(2);
    }
}

static size_t frames(struct connection *c, const uint8_t *bytes, size_t count) {
    size_t at = 0;
    if (!c->greeted) {
        if (count < sizeof PREFACE) return 0;
        at = sizeof PREFACE;
        c->greeted = 1;
    }
    struct frame f;
    while (next_frame(bytes + at, count - at, &f)) {
        on_frame(c, &f);
        at += HEAD + f.length;
    }
    return at;
}

static void flush(struct connection *c) {
    size_t sent = 0;
    while (sent < c->out.count) {
        ssize_t count = send(c->fd, c->out.bytes + sent, c->out.count - sent, MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN) die("send");
        if (count < 0) break;
        sent += (size_t)count;
    }
    drop_front(&c->out, sent);
}

static void readable(struct connection *c) {
    static uint8_t bytes[READ_BYTES];
    ssize_t count = recv(c->fd, bytes, sizeof bytes, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) die("load: the server closed the connection");
    clock_now = now();
    if (c->in.count) {
        append(&c->in, bytes, (size_t)count);
        drop_front(&c->in, frames(c, c->in.bytes, c->in.count));
        return;
    }
    size_t used = frames(c, bytes, (size_t)count);
    if (used < (size_t)count) append(&c->in, bytes + used, (size_t)count - used);
}

static int compare(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return a < b ? -1 : a > b;
}

static void report(double seconds) {
    size_t count = calls < SAMPLES ? calls : SAMPLES;
    double p50 = 0, p99 = 0;
    if (mode == UNARY && count) {
        qsort(samples, count, sizeof *samples, compare);
        p50 = samples[count / 2];
        p99 = samples[count * 99 / 100];
    }
    printf("{\"calls\": %llu, \"total\": %llu, \"seconds\": %.4f, \"p50\": %.1f, \"p99\": %.1f}\n",
           (unsigned long long)calls, (unsigned long long)total, seconds, p50 * 1e6, p99 * 1e6);
    fflush(stdout);
}

static struct connection *connected(int port, int poller) {
    struct connection *c = calloc(1, sizeof *c);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->next = 1;
    if (connect(c->fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    int on = 1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    append_hello(&c->out);
    flush(c);
    while (c->greeted < 2) readable(c);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
    return c;
}

static void turn(int poller) {
    struct epoll_event events[256];
    int count = epoll_wait(poller, events, 256, 100);
    for (int i = 0; i < count; i++) {
        struct connection *c = events[i].data.ptr;
        readable(c);
        while (c->open < c->depth) request(c);
        flush(c);
    }
}

// load MODE PORT CONNECTIONS DEPTH SIZE WARMUP SECONDS
int main(int argc, char **argv) {
    if (argc != 8) die("load MODE PORT CONNECTIONS DEPTH SIZE WARMUP SECONDS");
    mode = argv[1][0] == 'u' ? UNARY : argv[1][0] == 's' ? STREAM : IDLE;
    int connections = atoi(argv[3]), depth = atoi(argv[4]), poller = epoll_create1(0);
    double warmup = atof(argv[6]), seconds = atof(argv[7]);
    size = (size_t)atoll(argv[5]);
    data = malloc(size);
    memset(data, 'x', size);
    if (mode == UNARY) samples = calloc(SAMPLES, sizeof *samples);
    for (int i = 0; i < connections; i++) {
        struct connection *c = connected(atoi(argv[2]), poller);
        c->depth = mode == IDLE ? 0 : depth / connections;
        clock_now = now();
        while (c->open < c->depth) request(c);
        flush(c);
    }
    double start = now();
    while (mode != IDLE && now() - start < warmup) turn(poller);
    measuring = 1;
    start = now();
    puts("begin");
    fflush(stdout);
    while (mode != IDLE && now() - start < seconds) turn(poller);
    if (mode == IDLE) getchar();
    report(now() - start);
    return 0;
}
