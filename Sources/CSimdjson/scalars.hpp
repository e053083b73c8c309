// Numbers, words and escapes as they stand in a line.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace tally {

/// Digits that surely fit into 64 bits.
constexpr size_t digits_sure = 18;

inline uint64_t eight_at(const uint8_t *start) {
    uint64_t bytes;
    std::memcpy(&bytes, start, 8);
    return bytes;
}

/// Whether eight bytes are digits, all of them.
inline bool are_digits(uint64_t bytes) {
    return ((bytes & (bytes + 0x0606060606060606)) & 0xf0f0f0f0f0f0f0f0) == 0x3030303030303030;
}

/// The first bytes of eight moved to the end, behind zeros (the digit).
inline uint64_t last_of_eight(uint64_t bytes, size_t count) {
    return count == 8 ? bytes : bytes << (8 - count) * 8 | 0x3030303030303030 >> count * 8;
}

/// Whether a text is this word; the length is known, so that no function is called for it.
template <size_t size>
inline bool is(std::string_view text, const char (&word)[size]) {
    return text.size() == size - 1 && std::memcmp(text.data(), word, size - 1) == 0;
}

/// Whether these are 1 to 18 digits, without a zero before others. Sixteen bytes more can be read.
inline bool is_plain_number(const uint8_t *start, size_t count) {
    if (count == 0 || count > digits_sure || (*start == '0' && count > 1)) return false;
    if (count <= 8) return are_digits(last_of_eight(eight_at(start), count));
    if (!are_digits(eight_at(start)) || !are_digits(eight_at(start + count - 8))) return false;
    return count <= 16 || are_digits(eight_at(start + 8));
}

inline int32_t hex_of(const uint8_t *digits) {
    int32_t value = 0;
    for (int place = 0; place < 4; place++) {
        uint8_t digit = digits[place], letter = digit | 0x20;
        if (digit >= '0' && digit <= '9') value = value << 4 | (digit - '0');
        else if (letter >= 'a' && letter <= 'f') value = value << 4 | (letter - 'a' + 10);
        else return -1;
    }
    return value;
}

/// The length of an escape that names a character by its number; 0 when it is none. Twelve bytes
/// can be read.
inline size_t unicode_length(const uint8_t *escape) {
    int32_t unit = hex_of(escape + 2);
    if (escape[1] != 'u' || unit < 0) return 0;
    if (unit < 0xd800 || unit > 0xdfff) return 6;
    // Half of a pair stands for nothing without the other half.
    if (unit > 0xdbff || escape[6] != '\\' || escape[7] != 'u') return 0;
    int32_t low = hex_of(escape + 8);
    return low >= 0xdc00 && low <= 0xdfff ? 12 : 0;
}

/// What may follow a backslash, but for `u`.
struct escape_letters {
    bool are[256] = {};
    constexpr escape_letters() {
        for (char each : {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'}) this->are[uint8_t(each)] = true;
    }
};
constexpr escape_letters short_escapes;

/// Where a line has backslashes. All escapes are checked in one go: a backslash that stands outside
/// of a string breaks the grammar anyway.
struct escapes {
    const uint8_t *first = nullptr, *last = nullptr;

    bool find(const uint8_t *text, size_t length) {
        const uint8_t *end = text + length;
        for (;;) {
            // They mostly come one after the other.
            if (*text != '\\') text = next_in(text, end);
            if (text == nullptr || text >= end) return true;
            if (this->first == nullptr) this->first = text;
            this->last = text;
            size_t count = short_escapes.are[text[1]] ? 2 : unicode_length(text);
            if (count == 0) return false;
            text += count;
        }
    }

    static const uint8_t *next_in(const uint8_t *text, const uint8_t *end) {
        if (text >= end) return nullptr;
        return static_cast<const uint8_t *>(std::memchr(text, '\\', size_t(end - text)));
    }

    bool may_stand_in(std::string_view text) const {
        const uint8_t *start = reinterpret_cast<const uint8_t *>(text.data());
        return this->last >= start && this->first < start + text.size() &&
               std::memchr(start, '\\', text.size()) != nullptr;
    }
};

}  // namespace tally
