// Finds keys that stand twice in an object.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace tally {

/// A key of an object, and what tells it from most others: its length, its first eight bytes and
/// its last eight (none of a shorter one).
struct object_key {
    std::string_view text;
    uint64_t head, tail = 0;

    object_key() = default;
    /// Eight bytes must be readable from the start of the text.
    explicit object_key(std::string_view text) : text(text) {
        size_t length = text.size();
        std::memcpy(&this->head, text.data(), 8);
        if (length < 8) this->head &= (uint64_t{1} << 8 * length) - 1;
        else std::memcpy(&this->tail, text.data() + length - 8, 8);
    }

    bool operator==(const object_key &other) const {
        return this->head == other.head && this->tail == other.tail &&
               this->text.size() == other.text.size() &&
               (this->text.size() <= 16 ||
                std::memcmp(this->text.data(), other.text.data(), this->text.size()) == 0);
    }

    /// One of 64, spread evenly.
    unsigned mark() const {
        uint64_t mixed = this->head ^ this->tail * 0x9e3779b97f4a7c15 ^ this->text.size();
        return unsigned(mixed * 0xff51afd7ed558ccd >> 58);
    }
};

/// The keys of the last object of its kind, in their order, no two alike. The next one mostly has
/// the same: as long as it does, no key of it stands twice.
class object_shape {
  public:
    /// Longer ones, and more of them, are not kept: GitHub has none.
    static constexpr size_t keys_max = 64, bytes_max = 48;

    bool has(size_t place, const object_key &key) const {
        return place < this->count && this->keys[place] == key;
    }
    const object_key *begin() const { return this->keys; }

    /// Keeps `count` keys, the first of which are as they were.
    void keep(const object_key *keys, size_t alike, size_t count) {
        this->count = alike;
        for (; this->count < std::min(count, keys_max); this->count++) {
            const object_key &key = keys[this->count];
            if (key.text.size() > bytes_max) return;
            char *text = this->texts[this->count];
            std::memcpy(text, key.text.data(), key.text.size());
            this->keys[this->count] = key;
            this->keys[this->count].text = {text, key.text.size()};
        }
    }

  private:
    size_t count = 0;
    object_key keys[keys_max];
    char texts[keys_max][bytes_max];
};

/// Keys of an object that fields are taken from; GitHub's largest have about 50. Each may be
/// compared with all those before it.
constexpr size_t keys_most = 1000;

/// The keys of the objects that are being read, the innermost last. (A vector's own
/// push_back costs more than all else that is done with a key.)
struct key_list {
    std::vector<object_key> room = std::vector<object_key>(64);
    size_t count = 0;

    void push(const object_key &key) {
        if (this->count == this->room.size()) this->room.resize(this->count * 2);
        this->room[this->count++] = key;
    }
};

/// The keys of one object so far.
class key_set {
    key_list &keys;
    object_shape &shape;
    /// Keys that were as in the shape.
    size_t alike = 0;
    /// Once they are not: where this object's keys begin.
    size_t from = keys.count;
    bool is_alike = true, has_escapes = false;
    /// A bit for each of the keys' marks: an unset one says that a key is new.
    uint64_t marks = 0;

  public:
    key_set(key_list &keys, object_shape &shape) : keys(keys), shape(shape) {}
    ~key_set() { this->keys.count = this->from; }

    /// Whether the key as it stands in the line is the shape's next; then it is taken.
    bool follows(std::string_view raw) {
        if (!this->is_alike || !this->shape.has(this->alike, object_key(raw))) return false;
        this->alike++;
        return true;
    }

    /// Adds a key; false when it is there already, or one too many.
    bool take(std::string_view text, bool had_escapes) {
        if (this->is_alike) this->leave_shape();
        this->has_escapes |= had_escapes;
        return this->add(object_key(text));
    }

    /// The object ended.
    void finish() {
        if (this->is_alike || this->has_escapes) return;
        this->shape.keep(&this->keys.room[this->from], this->alike, this->keys.count - this->from);
    }

  private:
    void leave_shape() {
        this->is_alike = false;
        for (size_t place = 0; place < this->alike; place++) this->add(this->shape.begin()[place]);
    }

    bool add(const object_key &key) {
        if (this->keys.count - this->from == keys_most) return false;
        uint64_t mark = uint64_t{1} << key.mark();
        if (this->marks & mark)
            for (size_t place = this->from; place < this->keys.count; place++)
                if (this->keys.room[place] == key) return false;
        this->marks |= mark;
        this->keys.push(key);
        return true;
    }
};

}  // namespace tally
