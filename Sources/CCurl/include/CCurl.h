#ifndef TALLY_CCURL_H
#define TALLY_CCURL_H

#include <stddef.h>
#include <stdint.h>

/// What to ask for.
typedef struct {
    const char *url;
    /// GET without a body, POST with one.
    int is_post;
    const uint8_t *body;
    size_t body_count;
    /// Lines made by `tally_http_line_add`, or null.
    void *lines;
    /// Not 0: the server may compress; what arrives is inflated.
    int takes_gzip;
    long connect_timeout_ms;
    /// Of the whole exchange; 0 = none.
    long total_timeout_ms;
    /// Given up after so many seconds with fewer than `low_speed_bytes` a second.
    long low_speed_seconds;
    long low_speed_bytes;
} tally_http_request;

/// What came back.
typedef struct {
    long status;
    /// Seconds; -1 = not said.
    long retry_after;
    /// curl's code; 0 = the exchange was complete.
    int code;
    /// What went wrong, addresses and all: for logs.
    char detail[256];
} tally_http_response;

/// Takes a line of a head or a piece of a body; not 0 ends the exchange.
typedef int (*tally_http_bytes)(
    void *context, long status, const uint8_t *bytes, size_t count);
/// Asked a few times a second; not 0 ends the exchange.
typedef int (*tally_http_stop)(void *context);

/// Once a process, before threads begin. Not 0 = failed.
int tally_http_start(void);

/// A handle for one exchange at a time; one that was given back keeps its open connections, so
/// that the next exchange with the same server is quicker. Null without memory.
void *tally_http_handle_take(void);
void tally_http_handle_give_back(void *handle);

/// Appends a header line to a list that begins as null. Null without memory; the list is freed.
void *tally_http_line_add(void *lines, const char *line);
void tally_http_lines_free(void *lines);

/// curl's words for a code: no address stands in them.
const char *tally_http_words(int code);

/// One exchange; blocks.
void tally_http_perform(
    void *handle, const tally_http_request *request, tally_http_bytes head, tally_http_bytes body,
    tally_http_stop stop, void *context, tally_http_response *response);

#endif
