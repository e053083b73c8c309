// Walks a line of JSON by the places that simdjson's first stage finds.
//
// The first stage checks UTF-8, finds the ends of all strings, and lists where each bracket, colon,
// comma, string and other value begins. simdjson's second stage would copy every string and compute
// every number of the line, and an event needs a dozen of them. So the list is walked here: the
// grammar of the whole line is checked, and what is not needed is not made. What is not common,
// such as a number with an exponent, is given to simdjson as a document of its own.
#pragma once
#include "keys.hpp"
#include "scalars.hpp"

#include <simdjson.h>

#include <memory>

namespace tally {

/// As deep as simdjson itself goes by default; a container without content is no level.
constexpr size_t levels_max = simdjson::DEFAULT_MAX_DEPTH - 1;

/// What a reader of lines keeps from one to the next.
struct line_state {
    /// simdjson's first stage.
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
    /// Reads the parts that are left to it.
    simdjson::dom::parser parts;
    /// Texts without their escapes, of one line.
    std::vector<char> texts;
    key_list keys;
};

/// Walks the values of a line. What a function says is whether the line may still be JSON; then
/// `next` stands behind the value.
class line_reader {
  protected:
    line_state &state;
    const uint8_t *text;
    /// Places of what comes next; the list ends with the place of the first brace, which is right
    /// behind no value: no walk goes beyond.
    const uint32_t *next = nullptr, *end = nullptr;
    escapes backslashes;
    size_t length = 0;
    /// End of the texts without escapes so far; there is none before the first.
    char *unescaped = nullptr;
    size_t levels = 0;

    line_reader(line_state &state, const uint8_t *text) : state(state), text(text) {}

    uint8_t letter(size_t ahead = 0) const { return this->text[this->next[ahead]]; }

    bool begin(size_t length) {
        this->length = length;
        if (!this->reserve(length)) return false;
        simdjson::internal::dom_parser_implementation &stage = *this->state.stage;
        if (stage.stage1(this->text, length, simdjson::stage1_mode::regular)) return false;
        uint32_t *places = stage.structural_indexes.get();
        this->next = places;
        this->end = places + stage.n_structural_indexes;
        if (this->letter() != '{' || this->text[this->end[-1]] != '}') return false;
        places[stage.n_structural_indexes] = *places;
        return this->backslashes.find(this->text, length);
    }

    bool reserve(size_t length) {
        auto &stage = this->state.stage;
        size_t room = stage ? stage->capacity() : 0;
        if (room >= length) return true;
        room = std::max(length, std::max(2 * room, size_t{1} << 16));
        if (stage) return !stage->allocate(room, simdjson::DEFAULT_MAX_DEPTH);
        return !simdjson::get_active_implementation()->create_dom_parser_implementation(
            room, simdjson::DEFAULT_MAX_DEPTH, stage);
    }

    /// The string that begins here, as it stands in the line.
    std::string_view raw_text() const {
        const uint8_t *start = this->text + this->next[0] + 1;
        // Between a string and what follows there is nothing but white space.
        const uint8_t *quote = this->text + this->next[1] - 1;
        while (*quote != '"') quote--;
        return {reinterpret_cast<const char *>(start), size_t(quote - start)};
    }

    /// The string that begins here, without escapes.
    std::string_view plain_text() {
        std::string_view raw = this->raw_text();
        if (!this->backslashes.may_stand_in(raw)) return raw;
        std::string_view text;
        simdjson::dom::element element;
        if (!this->parse({raw.data() - 1, raw.size() + 2}, element)) return raw;
        if (element.get_string().get(text)) return raw;
        return this->keep(text);
    }

    /// A copy of a text that stays until the next line is read.
    std::string_view keep(std::string_view text) {
        std::vector<char> &texts = this->state.texts;
        if (this->unescaped == nullptr) {
            // None is longer without its escapes: all of a line have room where the line has.
            texts.resize(std::max(texts.size(), this->length + simdjson::SIMDJSON_PADDING));
            this->unescaped = texts.data();
        }
        char *start = this->unescaped;
        std::memcpy(start, text.data(), text.size());
        this->unescaped += text.size();
        return {start, text.size()};
    }

    /// The bytes from a place to what follows.
    std::string_view token(const uint32_t *at) const {
        return {reinterpret_cast<const char *>(this->text + at[0]), size_t(at[1] - at[0])};
    }

    /// Whether a number or a word stands at a place. What is not common is simdjson's to judge.
    bool is_scalar(const uint32_t *at) {
        uint8_t letter = this->text[*at];
        // Behind any of these something follows: it is not the last brace.
        if (!is_numeric(letter) && letter != 'n' && letter != 'f' && letter != 't') return false;
        std::string_view token = this->token(at);
        return is_plain_number(this->text + *at, token.size()) || is(token, "null") ||
               is(token, "false") || is(token, "true") || this->is_json(token);
    }

    static bool is_numeric(uint8_t letter) {
        return letter == '-' || (letter >= '0' && letter <= '9');
    }

    bool is_json(std::string_view part) {
        simdjson::dom::element element;
        return this->parse(part, element);
    }

    /// A part of the line as a document of its own.
    bool parse(std::string_view part, simdjson::dom::element &element) {
        return !this->state.parts.parse(part.data(), part.size(), true).get(element);
    }

    /// Walks a value of any kind, however deep.
    bool skip() {
        const uint32_t *at = this->next;
        const size_t level = this->levels;
        for (;;) {
            uint8_t letter = this->text[*at];
            if (letter == '"') {
                at++;
            } else if (letter != '{' && letter != '[') {
                if (!this->is_scalar(at++)) return false;
            } else if (this->text[at[1]] == letter + 2) {
                at += 2;
            } else {
                if (!this->enter(letter == '{')) return false;
                at++;
                if (letter == '{' && !this->skip_key(at)) return false;
                continue;
            }
            if (!this->leave(at, level)) return false;
            if (this->levels > level) continue;
            this->next = at;
            return true;
        }
    }

    /// Behind a value: walks to the next one, or out of those that end here, down to a level.
    bool leave(const uint32_t *&at, size_t level) {
        while (this->levels > level) {
            uint8_t letter = this->text[*at++];
            bool is_object = this->is_object();
            if (letter == ',') return !is_object || this->skip_key(at);
            if (letter != (is_object ? '}' : ']')) return false;
            this->levels--;
        }
        return true;
    }

    bool skip_key(const uint32_t *&at) const {
        if (this->text[at[0]] != '"' || this->text[at[1]] != ':') return false;
        at += 2;
        return true;
    }

    /// Hands over the members of the object that begins here; `take` walks the value.
    template <class Take>
    bool read_members(object_shape &shape, Take take) {
        this->next++;
        if (this->letter() == '}') {
            this->next++;
            return true;
        }
        if (!this->enter(true)) return false;
        key_set keys{this->state.keys, shape};
        uint8_t letter;
        do {
            if (this->letter() != '"' || this->letter(1) != ':') return false;
            std::string_view raw = this->raw_text(), key = raw;
            if (!keys.follows(raw)) {
                key = this->plain_text();
                if (!keys.take(key, key.data() != raw.data())) return false;
            }
            this->next += 2;
            if (!take(key)) return false;
            letter = this->text[*this->next++];
        } while (letter == ',');
        if (letter != '}') return false;
        this->levels--;
        keys.finish();
        return true;
    }

    bool read_text(tally_text &field) {
        if (this->letter() != '"') return this->skip();
        std::string_view text = this->plain_text();
        field = {text.data(), text.size()};
        this->next++;
        return true;
    }

    /// A number from 0 that fits 63 bits; others, and what is no number, leave the field alone.
    bool read_number(int64_t &field) {
        if (!is_numeric(this->letter())) return this->skip();
        std::string_view token = this->token(this->next);
        if (!is_plain_number(this->text + *this->next, token.size()))
            return this->read_odd_number(token, field);
        int64_t number = 0;
        for (char digit : token) number = number * 10 + (digit - '0');
        field = number;
        this->next++;
        return true;
    }

    bool read_odd_number(std::string_view token, int64_t &field) {
        simdjson::dom::element element;
        int64_t number;
        if (!this->parse(token, element)) return false;
        if (!element.get_int64().get(number) && number >= 0) field = number;
        this->next++;
        return true;
    }

  private:
    /// A bit for each level: whether it is an object.
    uint64_t objects[levels_max / 64 + 1] = {};

    bool is_object() const { return this->objects[this->levels / 64] >> this->levels % 64 & 1; }

    bool enter(bool is_object) {
        if (this->levels == levels_max) return false;
        this->levels++;
        uint64_t &bits = this->objects[this->levels / 64];
        uint64_t bit = uint64_t{1} << this->levels % 64;
        bits = is_object ? bits | bit : bits & ~bit;
        return true;
    }
};

}  // namespace tally
