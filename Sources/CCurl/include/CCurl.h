#ifndef TALLY_CCURL_H
#define TALLY_CCURL_H

#include <stddef.h>
#include <stdint.h>

/// What to ask for.
typedef struct {
    const char *url;
    const char *user_agent;
    /// First byte wanted; 0 = all.
    int64_t offset;
    /// The ETag that the earlier bytes had, or null.
    const char *if_range;
    long connect_timeout_ms;
    /// Given up after so many seconds with fewer than `low_speed_bytes` a second.
    long low_speed_seconds;
    long low_speed_bytes;
} tally_http_request;

/// What came back.
typedef struct {
    long status;
    char etag[256];
    /// Seconds; -1 = not said.
    long retry_after;
    /// curl's code; 0 = the exchange was complete.
    int code;
    char error[256];
} tally_http_response;

/// Takes a piece of a body with status 200 or 206; not 0 ends the exchange.
typedef int (*tally_http_body)(void *context, const uint8_t *bytes, size_t count);
/// Asked now and then; not 0 ends the exchange.
typedef int (*tally_http_stop)(void *context);

/// Once a process, before threads begin. Not 0 = failed.
int tally_http_start(void);
void *tally_http_handle_create(void);
void tally_http_handle_destroy(void *handle);
/// One GET; blocks.
void tally_http_get(
    void *handle, const tally_http_request *request, tally_http_body body, tally_http_stop stop,
    void *context, tally_http_response *response);

#endif
