#include "CCurl.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/// A multi handle for one transfer: curl's easy interface looks for a stop but once a second.
struct handle {
    CURLM *multi;
    CURL *easy;
    struct handle *next;
};

struct exchange {
    CURL *curl;
    tally_http_bytes head, body;
    void *context;
};

/// Handles that rest between two exchanges; more than this are not kept.
enum { HANDLES_MAX = 8 };
/// Between two looks for a stop while nothing arrives.
enum { LOOK_MS = 200 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct handle *resting;
static int resting_count;

int tally_http_start(void) { return (int)curl_global_init(CURL_GLOBAL_DEFAULT); }

static void destroy(struct handle *handle) {
    if (handle->easy != NULL) curl_easy_cleanup(handle->easy);
    if (handle->multi != NULL) curl_multi_cleanup(handle->multi);
    free(handle);
}

void *tally_http_handle_take(void) {
    pthread_mutex_lock(&lock);
    struct handle *handle = resting;
    if (handle != NULL) {
        resting = handle->next;
        resting_count--;
    }
    pthread_mutex_unlock(&lock);
    if (handle != NULL) return handle;
    handle = calloc(1, sizeof *handle);
    if (handle == NULL) return NULL;
    handle->multi = curl_multi_init();
    handle->easy = curl_easy_init();
    if (handle->multi != NULL && handle->easy != NULL) return handle;
    destroy(handle);
    return NULL;
}

void tally_http_handle_give_back(void *pointer) {
    struct handle *handle = pointer;
    pthread_mutex_lock(&lock);
    int is_kept = resting_count < HANDLES_MAX;
    if (is_kept) {
        handle->next = resting;
        resting = handle;
        resting_count++;
    }
    pthread_mutex_unlock(&lock);
    if (!is_kept) destroy(handle);
}

void *tally_http_line_add(void *lines, const char *line) {
    struct curl_slist *longer = curl_slist_append(lines, line);
    if (longer == NULL) curl_slist_free_all(lines);
    return longer;
}

void tally_http_lines_free(void *lines) { curl_slist_free_all(lines); }

const char *tally_http_words(int code) { return curl_easy_strerror((CURLcode)code); }

static long status_of(struct exchange *exchange) {
    long status = 0;
    curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *pointer) {
    struct exchange *exchange = pointer;
    size_t length = size * count;
    int end = exchange->body(
        exchange->context, status_of(exchange), (const uint8_t *)bytes, length);
    return end != 0 ? CURL_WRITEFUNC_ERROR : length;
}

static size_t take_head(char *bytes, size_t size, size_t count, void *pointer) {
    struct exchange *exchange = pointer;
    size_t length = size * count;
    int end = exchange->head(
        exchange->context, status_of(exchange), (const uint8_t *)bytes, length);
    return end != 0 ? CURL_WRITEFUNC_ERROR : length;
}

static void set_up(CURL *curl, const tally_http_request *request) {
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, request->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    // A look-up of a name that hangs must not hold up a stop or a deadline.
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->total_timeout_ms);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, request->low_speed_seconds);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, request->low_speed_bytes);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 262144L);
    if (request->lines != NULL) curl_easy_setopt(curl, CURLOPT_HTTPHEADER, request->lines);
    if (request->takes_gzip) curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (request->is_post) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_count);
        curl_easy_setopt(
            curl, CURLOPT_POSTFIELDS, request->body_count > 0 ? (const char *)request->body : "");
    }
}

static CURLcode run(struct handle *handle, tally_http_stop stop, void *context) {
    if (curl_multi_add_handle(handle->multi, handle->easy) != CURLM_OK) return CURLE_FAILED_INIT;
    CURLcode code = CURLE_OK;
    int running = 1, waiting = 0;
    while (code == CURLE_OK) {
        if (curl_multi_perform(handle->multi, &running) != CURLM_OK) code = CURLE_FAILED_INIT;
        if (running == 0 || code != CURLE_OK) break;
        if (stop(context) != 0) code = CURLE_ABORTED_BY_CALLBACK;
        else if (curl_multi_poll(handle->multi, NULL, 0, LOOK_MS, NULL) != CURLM_OK)
            code = CURLE_FAILED_INIT;
    }
    CURLMsg *message;
    while ((message = curl_multi_info_read(handle->multi, &waiting)) != NULL)
        if (message->msg == CURLMSG_DONE) code = message->data.result;
    curl_multi_remove_handle(handle->multi, handle->easy);
    return code;
}

void tally_http_perform(
    void *pointer, const tally_http_request *request, tally_http_bytes head, tally_http_bytes body,
    tally_http_stop stop, void *context, tally_http_response *response) {
    struct handle *handle = pointer;
    CURL *curl = handle->easy;
    struct exchange exchange = {curl, head, body, context};
    memset(response, 0, sizeof *response);
    response->retry_after = -1;
    set_up(curl, request);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, response->detail);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_head);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
    response->code = (int)run(handle, stop, context);
    response->status = status_of(&exchange);
    curl_off_t wait = 0;
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        response->retry_after = (long)wait;
    // What it pointed at ends with this call.
    curl_easy_reset(curl);
}
