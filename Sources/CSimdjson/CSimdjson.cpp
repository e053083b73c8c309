#include "CSimdjson.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <string_view>
#include <unordered_set>
#include <vector>

using namespace simdjson;

namespace {

struct seen_key {
    uint32_t hash;
    std::string_view key;
};

/// The keys of the objects that are being read, the innermost last. (A vector's own
/// push_back costs more than all else that is done with a key.)
struct key_stack {
    std::vector<seen_key> room = std::vector<seen_key>(64);
    size_t count = 0;

    void push(uint32_t hash, std::string_view key) {
        if (this->count == this->room.size()) this->room.resize(this->count * 2);
        this->room[this->count++] = {hash, key};
    }
};

}  // namespace

struct tally_parser {
    dom::parser dom;
    std::vector<uint8_t> tape;
    key_stack keys;
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

/// A number by which most different keys differ. The key must stand in simdjson's buffer of texts,
/// which is padded: eight bytes can be read from its start.
uint32_t hash_of(std::string_view key) {
    uint64_t head, tail = 0;
    size_t length = key.size();
    std::memcpy(&head, key.data(), 8);
    if (length < 8) head &= (uint64_t{1} << 8 * length) - 1;
    else std::memcpy(&tail, key.data() + length - 8, 8);
    uint64_t mixed = (head ^ tail * 0x9e3779b97f4a7c15 ^ length) * 0xff51afd7ed558ccd;
    return static_cast<uint32_t>(mixed >> 32);
}

/// The keys of one object so far.
struct key_set {
    key_stack &keys;
    size_t from = keys.count;
    /// A bit for each 64th of the hashes: an unset one says that a key is new.
    uint64_t marks = 0;

    ~key_set() { this->keys.count = this->from; }

    /// Adds a key; false when it is there already.
    bool take(std::string_view key) {
        uint32_t hash = hash_of(key);
        uint64_t mark = uint64_t{1} << (hash >> 26);
        if (this->marks & mark)
            for (size_t place = this->from; place < this->keys.count; place++)
                if (this->keys.room[place].hash == hash && this->keys.room[place].key == key)
                    return false;
        this->marks |= mark;
        this->keys.push(hash, key);
        return true;
    }
};

/// Whether a text is this word; the length is known, so that no function is called for it.
template <size_t size>
bool is(std::string_view text, const char (&word)[size]) {
    return text.size() == size - 1 && std::memcmp(text.data(), word, size - 1) == 0;
}

/// Hands over the members of an object; false when a key stands twice.
template <class Take>
bool read_members(key_stack &keys, dom::object object, Take take) {
    key_set own{keys};
    for (auto field : object) {
        if (!own.take(field.key)) return false;
        take(field.key, field.value);
    }
    return true;
}

tally_text text_of(dom::element value) {
    std::string_view text;
    if (value.get_string().get(text)) return {nullptr, 0};
    return {text.data(), text.size()};
}

int64_t number_of(dom::element value) {
    int64_t number;
    return value.get_int64().get(number) || number < 0 ? -1 : number;
}

/// Login and number of a user; absent when the value is no object.
bool read_user(
    key_stack &keys, dom::element value, tally_text &login, int64_t &id, tally_text *type) {
    dom::object user;
    if (value.get_object().get(user)) return true;
    return read_members(keys, user, [&](std::string_view key, dom::element value) {
        if (is(key, "id")) id = number_of(value);
        else if (is(key, "login")) login = text_of(value);
        else if (is(key, "type") && type != nullptr) *type = text_of(value);
    });
}

bool read_pull_request(key_stack &keys, dom::element value, tally_event *event) {
    dom::object pull;
    bool is_sound = true;
    if (value.get_object().get(pull)) return true;
    return read_members(keys, pull, [&](std::string_view key, dom::element value) {
        bool merged;
        if (is(key, "number")) event->number = number_of(value);
        else if (is(key, "additions")) event->additions = number_of(value);
        else if (is(key, "deletions")) event->deletions = number_of(value);
        else if (is(key, "merged") && !value.get_bool().get(merged)) event->merged = merged;
        else if (is(key, "user"))
            is_sound = read_user(
                keys, value, event->author_login, event->author_id, &event->author_type);
    }) && is_sound;
}


/// The payload, by what the rules of the event's type need.
bool read_payload(key_stack &keys, dom::object payload, tally_event *event) {
    std::string_view type(event->type.start, event->type.length);
    bool is_push = is(type, "PushEvent"), is_sound = true;
    bool is_pull = is(type, "PullRequestEvent") || is(type, "PullRequestReviewEvent");
    int64_t number = -1;
    bool are_new = read_members(keys, payload, [&](std::string_view key, dom::element value) {
        if (is_push) {
            if (is(key, "size")) event->size = number_of(value);
            else if (is(key, "distinct_size")) event->distinct_size = number_of(value);
        } else if (is(key, "action")) {
            event->action = text_of(value);
        } else if (is_pull && is(key, "number")) {
            number = number_of(value);
        } else if (is_pull && is(key, "pull_request")) {
            is_sound = read_pull_request(keys, value, event);
        }
    });
    if (event->number < 0) event->number = number;
    return are_new && is_sound;
}

/// The objects inside of an event that are looked into.
struct event_parts {
    dom::object repository, payload;
    bool has_repository = false, has_payload = false;
};

/// The event's own members; what lies in the payload depends on the type, which may come later.
bool read_head(key_stack &keys, dom::object object, event_parts &parts, tally_event *event) {
    bool is_sound = true;
    return read_members(keys, object, [&](std::string_view key, dom::element value) {
        if (is(key, "id")) event->id = text_of(value);
        else if (is(key, "type")) event->type = text_of(value);
        else if (is(key, "created_at")) event->created_at = text_of(value);
        else if (is(key, "repo")) parts.has_repository = !value.get_object().get(parts.repository);
        else if (is(key, "payload")) parts.has_payload = !value.get_object().get(parts.payload);
        else if (is(key, "actor"))
            is_sound = read_user(keys, value, event->login, event->actor_id, nullptr);
    }) && is_sound;
}

int read_event(
    key_stack &keys, dom::object object, const int64_t *wanted, size_t wanted_count,
    tally_event *event) {
    event_parts parts;
    if (!read_head(keys, object, parts, event) || !parts.has_repository) return -1;
    bool are_new =
        read_members(keys, parts.repository, [&](std::string_view key, dom::element value) {
            if (is(key, "id")) event->repository_id = number_of(value);
            else if (is(key, "name")) event->repository = text_of(value);
        });
    if (!are_new) return -1;
    if (wanted_count > 0 && event->repository_id >= 0 &&
        !std::binary_search(wanted, wanted + wanted_count, event->repository_id))
        return 0;
    if (event->type.start == nullptr || event->created_at.start == nullptr) return -1;
    if (!parts.has_payload) return -1;
    return read_payload(keys, parts.payload, event) ? 1 : -1;
}

}  // namespace

int tally_json_event(
    tally_parser *parser, const uint8_t *line, size_t length, const int64_t *wanted,
    size_t wanted_count, tally_event *event) try {
    *event = {};
    event->repository_id = event->actor_id = event->size = event->distinct_size = -1;
    event->number = event->author_id = event->additions = event->deletions = event->merged = -1;
    // The whole line is read, not only the fields: an event that counts must be well-formed to its
    // end. No second object behind it; simdjson itself stops at 1,024 levels of nesting.
    dom::element root;
    dom::object object;
    if (parser->dom.parse(line, length, false).get(root) || root.get_object().get(object))
        return -1;
    return read_event(parser->keys, object, wanted, wanted_count, event);
} catch (...) {
    return -1;
}
