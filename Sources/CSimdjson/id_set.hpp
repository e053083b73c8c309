// The numbers of wanted repositories.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tally {

/// Numbers from 0 up, quick to say no, since it is asked for every event of an hour: a number
/// stands at the place of its hash or right behind it, and most places are free.
class id_set {
    /// Places for each number, as long as all of them stay in a near cache.
    static constexpr size_t sparse = 32, near_places = 1 << 12;

    std::vector<int64_t> places;
    int shift = 64;
    bool is_all = true;

    size_t first(int64_t id) const {
        // 2^64 divided by the golden ratio spreads neighbours over the upper bits.
        return size_t(uint64_t(id) * 0x9e3779b97f4a7c15 >> this->shift);
    }

    /// Where a number stands, or a free place.
    size_t find(int64_t id) const {
        size_t place = this->first(id);
        while (this->places[place] != id && this->places[place] != -1)
            place = (place + 1) & (this->places.size() - 1);
        return place;
    }

  public:
    /// These numbers; none = all.
    void fill(const int64_t *ids, size_t count) {
        // Few get so much room that the first place mostly says no; many still find half free.
        size_t room = std::max(2 * count, std::min(sparse * count, near_places));
        this->is_all = count == 0;
        this->shift = 63;
        while (size_t{1} << (64 - this->shift) < room) this->shift--;
        this->places.assign(size_t{1} << (64 - this->shift), -1);
        for (size_t place = 0; place < count; place++)
            if (ids[place] >= 0) this->places[this->find(ids[place])] = ids[place];
    }

    bool has(int64_t id) const { return this->is_all || this->places[this->find(id)] == id; }
};

}  // namespace tally
