// The floor of reading the archive: ISA-L inflates, simdjson looks, one thread, nothing else.
//
//   floor-archive inflate FILE ROUNDS    inflates alone
//   floor-archive count FILE ROUNDS      counts everything; with repositories' numbers on standard
//                                        input, one a line, only theirs
//
// Says a line of JSON for each round. Counts each event once, per repository and contributor, and
// keeps the last names of both, as ours does; it checks no line beyond what it needs of it.
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <simdjson.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

using namespace simdjson;

namespace {

/// Keys with places, open addressing; what is known of a key stands in an array at its place.
template <class Key>
struct Places {
    std::vector<Key> keys;
    std::vector<int32_t> slots = std::vector<int32_t>(1 << 16, -1);

    bool place(const Key &key, size_t &found) {
        if (this->keys.size() * 2 >= this->slots.size()) this->grow();
        size_t slot = this->first(key);
        for (; this->slots[slot] >= 0; slot = (slot + 1) & (this->slots.size() - 1))
            if (this->keys[found = size_t(this->slots[slot])] == key) return false;
        this->slots[slot] = int32_t(found = this->keys.size());
        this->keys.push_back(key);
        return true;
    }

  private:
    size_t first(const Key &key) const {
        return (key.bits() * 0x9e3779b97f4a7c15) >> 32 & (this->slots.size() - 1);
    }
    void grow() {
        this->slots.assign(this->slots.size() * 2, -1);
        for (size_t place = 0; place < this->keys.size(); place++) {
            size_t slot = this->first(this->keys[place]);
            while (this->slots[slot] >= 0) slot = (slot + 1) & (this->slots.size() - 1);
            this->slots[slot] = int32_t(place);
        }
    }
};

struct EventKey {
    uint64_t id, type, repository, time;
    bool operator==(const EventKey &other) const {
        return std::memcmp(this, &other, sizeof other) == 0;
    }
    uint64_t bits() const { return this->id ^ this->type ^ this->time; }
};

struct Pair {
    int64_t repository, contributor;
    bool operator==(const Pair &other) const {
        return this->repository == other.repository && this->contributor == other.contributor;
    }
    uint64_t bits() const {
        return uint64_t(this->repository) * 0xff51afd7ed558ccd ^ uint64_t(this->contributor);
    }
};

struct Repository {
    int64_t id;
    bool operator==(const Repository &other) const { return this->id == other.id; }
    uint64_t bits() const { return uint64_t(this->id); }
};

enum Counter { commits, opened, issues_opened, issues_closed, comments, releases, counters };

struct Contributor {
    uint64_t counts[counters] = {};
    bool is_counted = false;
    std::string login;
};

struct Table {
    Places<EventKey> seen;
    Places<Pair> pairs;
    std::vector<Contributor> contributors;
    Places<Repository> repositories;
    std::vector<std::string> names;
    uint64_t events = 0, unsized = 0, merged = 0, reviews = 0;

    Contributor &contributor(int64_t repository, int64_t id) {
        size_t place;
        if (this->pairs.place({repository, id}, place)) this->contributors.emplace_back();
        return this->contributors[place];
    }
};

uint64_t number_of(std::string_view text) {
    uint64_t value = 0;
    for (char digit : text) value = value * 10 + uint64_t(digit - '0');
    return value;
}

/// Type and time in a word each: enough to tell the benchmark's events apart.
uint64_t word_of(std::string_view text) {
    uint64_t word = text.size();
    for (char letter : text) word = word * 131 + uint8_t(letter);
    return word;
}

/// What an event counts for; -1 = none of the counters.
int counter_of(std::string_view type, std::string_view action) {
    if (type == "IssuesEvent") return action == "opened"   ? issues_opened
                                      : action == "closed" ? issues_closed
                                                           : -1;
    bool is_comment = type == "IssueCommentEvent" || type == "CommitCommentEvent" ||
                      type == "PullRequestReviewCommentEvent";
    if (is_comment) return action == "created" ? comments : -1;
    if (type == "ReleaseEvent") return action == "published" ? releases : -1;
    if (type == "PullRequestEvent") return action == "opened" ? opened : -1;
    return -1;
}

void count_pull(Table &table, std::string_view type, std::string_view action,
                ondemand::object &payload) {
    if (type == "PullRequestReviewEvent") {
        table.reviews += action == "created" || action == "submitted";
        table.events += action == "created" || action == "submitted";
    } else if (action == "closed" || action == "merged") {
        bool merged = action == "merged";
        if (!merged && payload["pull_request"]["merged"].get_bool().get(merged)) merged = false;
        table.merged += merged;
        table.events += merged;
    }
}

void count_payload(Table &table, Contributor &person, std::string_view type,
                   ondemand::object &payload) {
    if (type == "PushEvent") {
        uint64_t size;
        table.events++;
        if (payload["distinct_size"].get_uint64().get(size) &&
            payload["size"].get_uint64().get(size)) {
            table.unsized++;
        } else {
            person.counts[commits] += size;
            person.is_counted = true;
        }
        return;
    }
    std::string_view action;
    if (payload["action"].get_string().get(action)) return;
    int counter = counter_of(type, action);
    if (counter >= 0) {
        person.counts[counter]++;
        person.is_counted = true;
        table.events++;
    } else if (type == "PullRequestEvent" || type == "PullRequestReviewEvent") {
        count_pull(table, type, action, payload);
    }
}

/// Reads the members in the order in which the archive writes them.
void count_line(ondemand::parser &parser, padded_string_view line, Table &table,
                const std::unordered_set<int64_t> &wanted) {
    ondemand::document document;
    ondemand::object event, actor, repository, payload;
    std::string_view id, type, login, name, time;
    int64_t actor_id, repository_id;
    if (parser.iterate(line).get(document) || document.get_object().get(event)) return;
    if (event["id"].get_string().get(id) || event["type"].get_string().get(type) ||
        event["actor"].get_object().get(actor) || actor["id"].get_int64().get(actor_id) ||
        actor["login"].get_string().get(login) || event["repo"].get_object().get(repository) ||
        repository["id"].get_int64().get(repository_id))
        return;
    if (!wanted.empty() && !wanted.count(repository_id)) return;
    if (repository["name"].get_string().get(name) || event["payload"].get_object().get(payload))
        return;
    // The time stands behind the payload, which is not to be read before it is clear whether the
    // event is new; from the end of the line it is near.
    const std::string_view mark = "\"created_at\":\"", text(line.data(), line.length());
    size_t place, at = text.rfind(mark);
    if (at == text.npos) return;
    time = text.substr(at + mark.size(), 20);
    uint64_t owner = uint64_t(repository_id);
    if (!table.seen.place({number_of(id), word_of(type), owner, word_of(time)}, place)) return;
    if (table.repositories.place({repository_id}, place)) table.names.emplace_back();
    if (table.names[place] != name) table.names[place] = name;
    Contributor &person = table.contributor(repository_id, actor_id);
    if (person.login != login) person.login = login;
    count_payload(table, person, type, payload);
}

double clock_seconds(clockid_t clock) {
    timespec time;
    clock_gettime(clock, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

/// Hands over the text in pieces that fit the nearest caches, each behind what was left over.
template <class Body>
void inflate_file(const char *path, std::vector<uint8_t> &text, Body body) {
    const size_t piece = 64 << 10, padding = SIMDJSON_PADDING;
    int file = open(path, O_RDONLY);
    if (file < 0) std::exit(1);
    std::vector<uint8_t> input(256 << 10);
    inflate_state state;
    isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP;
    size_t end = 0;
    for (ssize_t count; (count = read(file, input.data(), input.size())) > 0;) {
        state.next_in = input.data();
        state.avail_in = uint32_t(count);
        do {
            if (text.size() < end + piece + padding) text.resize((end + piece + padding) * 2);
            state.next_out = text.data() + end;
            state.avail_out = piece;
            if (isal_inflate(&state) != ISAL_DECOMP_OK) std::exit(1);
            end = body(end, end + piece - state.avail_out);
        } while (state.avail_in > 0 || state.avail_out == 0);
    }
    close(file);
}

void count_file(const char *path, Table &table, const std::unordered_set<int64_t> &wanted) {
    ondemand::parser parser;
    std::vector<uint8_t> text;
    inflate_file(path, text, [&](size_t searched, size_t end) {
        size_t start = 0;
        uint8_t *base = text.data();
        while (void *found = std::memchr(base + searched, '\n', end - searched)) {
            size_t newline = size_t(static_cast<uint8_t *>(found) - base);
            padded_string_view line(base + start, newline - start, text.size() - start);
            count_line(parser, line, table, wanted);
            start = searched = newline + 1;
        }
        std::memmove(base, base + start, end - start);
        return end - start;
    });
}

/// The same sums on all sides; the last one changes when anything went to somebody else.
void say(const Table &table, double seconds, double cpu) {
    uint64_t sums[counters] = {}, pairs = 0, check = 0;
    for (size_t place = 0; place < table.contributors.size(); place++) {
        const Contributor &person = table.contributors[place];
        if (!person.is_counted) continue;
        pairs++;
        uint64_t weighed = 0;
        for (int index = 0; index < counters; index++) {
            sums[index] += person.counts[index];
            weighed += person.counts[index] * uint64_t(index + 1);
        }
        const Pair &pair = table.pairs.keys[place];
        check += weighed * (uint64_t(pair.repository * 31 + pair.contributor) % 1000003);
    }
    std::printf("{\"seconds\": %.6f, \"cpu\": %.6f, \"counts\": [%lu, %lu", seconds, cpu,
                table.events, pairs);
    for (uint64_t sum : sums) std::printf(", %lu", sum);
    std::printf(", %lu, %lu, %lu, %lu]}\n", table.unsized, table.merged, table.reviews, check);
    std::fflush(stdout);
}

}  // namespace

int main(int count, char **arguments) {
    if (count < 4) return 2;
    bool only_inflates = std::strcmp(arguments[1], "inflate") == 0;
    std::unordered_set<int64_t> wanted;
    for (long long id; !only_inflates && std::scanf("%lld", &id) == 1;) wanted.insert(id);
    for (int round = 0; round < std::atoi(arguments[3]); round++) {
        Table table;
        double start = clock_seconds(CLOCK_MONOTONIC);
        double cpu = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
        if (only_inflates) {
            std::vector<uint8_t> text;
            inflate_file(arguments[2], text, [](size_t, size_t) { return size_t(0); });
        } else {
            count_file(arguments[2], table, wanted);
        }
        say(table, clock_seconds(CLOCK_MONOTONIC) - start,
            clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    }
}
