#include "CCurl.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct exchange {
    CURL *curl;
    tally_http_body body;
    tally_http_stop stop;
    void *context;
    tally_http_response *response;
};

int tally_http_start(void) { return (int)curl_global_init(CURL_GLOBAL_DEFAULT); }

void *tally_http_handle_create(void) { return curl_easy_init(); }

void tally_http_handle_destroy(void *handle) { curl_easy_cleanup(handle); }

static size_t take_body(char *bytes, size_t size, size_t count, void *pointer) {
    struct exchange *exchange = pointer;
    long status = 0;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    size_t length = size * count;
    // The text of an error page is of no use.
    if (status != 200 && status != 206) return length;
    if (exchange->body(exchange->context, (const uint8_t *)bytes, length) != 0) return 0;
    return length;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *pointer) {
    struct exchange *exchange = pointer;
    size_t length = size * count;
    if (length > 5 && strncasecmp(bytes, "etag:", 5) == 0) {
        size_t start = 5, end = length;
        while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) start++;
        while (end > start && (unsigned char)bytes[end - 1] <= ' ') end--;
        if (end - start < sizeof exchange->response->etag) {
            memcpy(exchange->response->etag, bytes + start, end - start);
            exchange->response->etag[end - start] = 0;
        }
    }
    return length;
}

static int look(
    void *pointer, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now) {
    (void)total, (void)now, (void)up_total, (void)up_now;
    struct exchange *exchange = pointer;
    return exchange->stop(exchange->context);
}

void tally_http_get(
    void *handle, const tally_http_request *request, tally_http_body body, tally_http_stop stop,
    void *context, tally_http_response *response) {
    CURL *curl = handle;
    struct exchange exchange = {curl, body, stop, context, response};
    struct curl_slist *headers = NULL;
    char line[400];
    memset(response, 0, sizeof *response);
    response->retry_after = -1;
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, request->user_agent);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, request->low_speed_seconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, request->low_speed_bytes);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 262144L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, response->error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
    if (request->offset > 0) {
        snprintf(line, sizeof line, "Range: bytes=%lld-", (long long)request->offset);
        headers = curl_slist_append(headers, line);
        if (request->if_range != NULL) {
            snprintf(line, sizeof line, "If-Range: %s", request->if_range);
            headers = curl_slist_append(headers, line);
        }
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    }
    response->code = (int)curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response->status);
    curl_off_t wait = 0;
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        response->retry_after = (long)wait;
    if (response->code != 0 && response->error[0] == 0)
        snprintf(
            response->error, sizeof response->error, "%s",
            curl_easy_strerror((CURLcode)response->code));
    curl_slist_free_all(headers);
}
