#include "CSimdjson.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>
#include <unordered_set>
#include <vector>

using namespace simdjson;

struct tally_parser {
    ondemand::parser stream;
    dom::parser dom;
    std::vector<uint8_t> tape;
};

size_t tally_json_padding(void) { return SIMDJSON_PADDING; }

tally_parser *tally_parser_create(void) { return new (std::nothrow) tally_parser; }

void tally_parser_destroy(tally_parser *parser) { delete parser; }

namespace {

void put(std::vector<uint8_t> &tape, const void *bytes, size_t count) {
    const uint8_t *start = static_cast<const uint8_t *>(bytes);
    tape.insert(tape.end(), start, start + count);
}

void put_count(std::vector<uint8_t> &tape, size_t count) {
    uint32_t value = static_cast<uint32_t>(count);
    put(tape, &value, sizeof value);
}

void put_text(std::vector<uint8_t> &tape, std::string_view text) {
    put_count(tape, text.size());
    put(tape, text.data(), text.size());
}

template <class Number>
void put_number(std::vector<uint8_t> &tape, char kind, Number value) {
    tape.push_back(static_cast<uint8_t>(kind));
    put(tape, &value, sizeof value);
}

int write_value(std::vector<uint8_t> &tape, dom::element element, int depth);

int write_object(std::vector<uint8_t> &tape, dom::object object, int depth) {
    std::unordered_set<std::string_view> keys;
    tape.push_back('{');
    size_t place = tape.size();
    put_count(tape, 0);
    uint32_t count = 0;
    for (auto field : object) {
        if (!keys.insert(field.key).second) return -3;
        put_text(tape, field.key);
        if (int status = write_value(tape, field.value, depth - 1)) return status;
        count += 1;
    }
    std::memcpy(tape.data() + place, &count, sizeof count);
    return 0;
}

int write_list(std::vector<uint8_t> &tape, dom::array list, int depth) {
    tape.push_back('[');
    size_t place = tape.size();
    put_count(tape, 0);
    uint32_t count = 0;
    for (dom::element element : list) {
        if (int status = write_value(tape, element, depth - 1)) return status;
        count += 1;
    }
    std::memcpy(tape.data() + place, &count, sizeof count);
    return 0;
}

int write_value(std::vector<uint8_t> &tape, dom::element element, int depth) {
    if (depth < 0) return -2;
    switch (element.type()) {
        case dom::element_type::OBJECT: return write_object(tape, element, depth);
        case dom::element_type::ARRAY: return write_list(tape, element, depth);
        case dom::element_type::INT64: put_number<int64_t>(tape, 'i', element); return 0;
        case dom::element_type::UINT64: put_number<uint64_t>(tape, 'u', element); return 0;
        case dom::element_type::DOUBLE: put_number<double>(tape, 'd', element); return 0;
        case dom::element_type::STRING:
            tape.push_back('s');
            put_text(tape, std::string_view(element));
            return 0;
        case dom::element_type::BOOL: tape.push_back(bool(element) ? 't' : 'f'); return 0;
        case dom::element_type::NULL_VALUE: tape.push_back('n'); return 0;
    }
    return -1;
}

}  // namespace

int tally_json_tape(
    tally_parser *parser, const uint8_t *text, size_t length, int depth_max, const uint8_t **tape,
    size_t *tape_length) try {
    dom::element root;
    switch (parser->dom.parse(text, length, true).get(root)) {
        case SUCCESS: break;
        case DEPTH_ERROR: return -2;
        case MEMALLOC: return -4;
        default: return -1;
    }
    parser->tape.clear();
    if (int status = write_value(parser->tape, root, depth_max)) return status;
    *tape = parser->tape.data();
    *tape_length = parser->tape.size();
    return 0;
} catch (const std::bad_alloc &) {
    return -4;
} catch (...) {
    return -1;
}

namespace {

tally_text text_of(simdjson_result<ondemand::value> value) {
    std::string_view text;
    if (value.get_string().get(text)) return {nullptr, 0};
    return {text.data(), text.size()};
}

int64_t number_of(simdjson_result<ondemand::value> value) {
    int64_t number;
    return value.get_int64().get(number) || number < 0 ? -1 : number;
}

/// Looks fields up for as long as the text holds together: simdjson forgets its parser at the first
/// broken byte, and asking it again would reach for nothing.
struct finder {
    ondemand::document &document;

    simdjson_result<ondemand::value> operator()(ondemand::object &object, const char *key) {
        if (!this->document.is_alive()) return INCOMPLETE_ARRAY_OR_OBJECT;
        return object.find_field_unordered(key);
    }
};

/// Login and number of a user object; absent when it is no object.
void read_user(
    finder &find, simdjson_result<ondemand::value> value, tally_text &login, int64_t &id,
    tally_text *type) {
    ondemand::object user;
    if (value.get_object().get(user)) return;
    id = number_of(find(user, "id"));
    login = text_of(find(user, "login"));
    if (type != nullptr) *type = text_of(find(user, "type"));
}

void read_pull_request(
    finder &find, simdjson_result<ondemand::value> value, tally_event *event) {
    ondemand::object pull;
    if (value.get_object().get(pull)) return;
    event->number = number_of(find(pull, "number"));
    read_user(
        find, find(pull, "user"), event->author_login, event->author_id, &event->author_type);
    bool merged;
    if (!find(pull, "merged").get_bool().get(merged)) event->merged = merged;
    event->additions = number_of(find(pull, "additions"));
    event->deletions = number_of(find(pull, "deletions"));
}

bool is(const tally_text &text, const char *name) {
    size_t length = std::strlen(name);
    return text.length == length && std::memcmp(text.start, name, length) == 0;
}

/// The payload, by what the rules of the event's type need.
void read_payload(finder &find, ondemand::object &payload, tally_event *event) {
    if (is(event->type, "PushEvent")) {
        event->distinct_size = number_of(find(payload, "distinct_size"));
        event->size = number_of(find(payload, "size"));
        return;
    }
    event->action = text_of(find(payload, "action"));
    if (is(event->type, "PullRequestEvent") || is(event->type, "PullRequestReviewEvent")) {
        int64_t number = number_of(find(payload, "number"));
        read_pull_request(find, find(payload, "pull_request"), event);
        if (event->number < 0) event->number = number;
    }
}

int read_event(
    finder &find, ondemand::object &object, const int64_t *wanted, size_t wanted_count,
    tally_event *event) {
    ondemand::object repository, payload;
    if (find(object, "repo").get_object().get(repository)) return -1;
    event->repository_id = number_of(find(repository, "id"));
    if (wanted_count > 0 && event->repository_id >= 0 &&
        !std::binary_search(wanted, wanted + wanted_count, event->repository_id))
        return 0;
    event->repository = text_of(find(repository, "name"));
    event->type = text_of(find(object, "type"));
    event->created_at = text_of(find(object, "created_at"));
    event->id = text_of(find(object, "id"));
    read_user(find, find(object, "actor"), event->login, event->actor_id, nullptr);
    if (event->type.start == nullptr || event->created_at.start == nullptr) return -1;
    if (find(object, "payload").get_object().get(payload)) return -1;
    read_payload(find, payload, event);
    return find.document.is_alive() ? 1 : -1;
}

}  // namespace

/// Deeper than any payload of GitHub's.
static const int event_depth_max = 128;

int tally_json_event(
    tally_parser *parser, const uint8_t *line, size_t length, size_t capacity,
    const int64_t *wanted, size_t wanted_count, tally_event *event) try {
    *event = {};
    event->repository_id = event->actor_id = event->size = event->distinct_size = -1;
    event->number = event->author_id = event->additions = event->deletions = event->merged = -1;
    padded_string_view view(line, length, capacity);
    ondemand::document document;
    ondemand::object object;
    if (parser->stream.iterate(view).get(document)) return -1;
    if (document.get_object().get(object)) return -1;
    finder find{document};
    int status = read_event(find, object, wanted, wanted_count, event);
    if (status != 1) return status;
    // The fields were taken in passing. An event that counts must be well-formed to its end: no
    // second object behind it, no key twice, no bottomless nesting.
    const uint8_t *tape;
    size_t tape_length;
    return tally_json_tape(parser, line, length, event_depth_max, &tape, &tape_length) ? -1 : 1;
} catch (...) {
    return -1;
}
