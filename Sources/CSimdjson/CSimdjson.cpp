#include "parser.hpp"

#include <cstring>
#include <new>
#include <unordered_set>

using namespace simdjson;

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
