// Reads events of GH Archive.
#include "parser.hpp"

using namespace tally;

namespace {

/// Takes an event's fields while it walks the line.
class event_reader : line_reader {
    const id_set &wanted;
    event_shapes &shapes;
    tally_event *event;
    bool has_repository = false, has_payload = false;
    /// Where the payload begins when it comes before it is clear what is needed of it.
    const uint32_t *payload = nullptr;

  public:
    event_reader(event_state &state, const uint8_t *line, tally_event *event)
        : line_reader(state.lines, line), wanted(state.wanted), shapes(state.shapes), event(event) {
    }

    int read(size_t length) {
        if (!this->begin(length)) return -1;
        bool is_sound = this->read_members(
            this->shapes.event, [&](std::string_view key) { return this->read_member(key); });
        // No second object behind it.
        if (!is_sound || this->next != this->end || !this->has_repository) return -1;
        if (!this->is_wanted()) return 0;
        if (this->event->type.start == nullptr || this->event->created_at.start == nullptr ||
            !this->has_payload)
            return -1;
        if (this->payload == nullptr) return 1;
        this->next = this->payload;
        return this->read_payload() ? 1 : -1;
    }

  private:
    /// Whether the repository is wanted, or has no number.
    bool is_wanted() const {
        int64_t id = this->event->repository_id;
        return id < 0 || this->wanted.has(id);
    }

    bool read_member(std::string_view key) {
        if (is(key, "id")) return this->read_text(this->event->id);
        if (is(key, "type")) return this->read_text(this->event->type);
        if (is(key, "created_at")) return this->read_text(this->event->created_at);
        if (is(key, "repo")) return this->read_repository();
        if (is(key, "payload")) return this->meet_payload();
        if (is(key, "actor"))
            return this->read_user(
                this->shapes.actor, this->event->login, this->event->actor_id, nullptr);
        return this->skip();
    }

    bool read_repository() {
        if (this->letter() != '{') return this->skip();
        this->has_repository = true;
        return this->read_members(this->shapes.repository, [&](std::string_view key) {
            if (is(key, "id")) return this->read_number(this->event->repository_id);
            if (is(key, "name")) return this->read_text(this->event->repository);
            return this->skip();
        });
    }

    /// Login and number of a user; absent when the value is no object.
    bool read_user(object_shape &shape, tally_text &login, int64_t &id, tally_text *type) {
        if (this->letter() != '{') return this->skip();
        return this->read_members(shape, [&](std::string_view key) {
            if (is(key, "id")) return this->read_number(id);
            if (is(key, "login")) return this->read_text(login);
            if (is(key, "type") && type != nullptr) return this->read_text(*type);
            return this->skip();
        });
    }

    bool meet_payload() {
        if (this->letter() != '{') return this->skip();
        this->has_payload = true;
        if (this->event->type.start != nullptr && this->has_repository)
            return this->is_wanted() ? this->read_payload() : this->skip();
        this->payload = this->next;
        return this->skip();
    }

    /// The payload, by what the rules of the event's type need.
    bool read_payload() {
        std::string_view type(this->event->type.start, this->event->type.length);
        object_shape &shape = this->shapes.payload(type);
        if (is(type, "PushEvent")) return this->read_push(shape);
        bool is_pull = is(type, "PullRequestEvent") || is(type, "PullRequestReviewEvent");
        int64_t number = -1;
        bool is_sound = this->read_members(shape, [&](std::string_view key) {
            if (is(key, "action")) return this->read_text(this->event->action);
            if (is_pull && is(key, "number")) return this->read_number(number);
            if (is_pull && is(key, "pull_request")) return this->read_pull_request();
            return this->skip();
        });
        if (this->event->number < 0) this->event->number = number;
        return is_sound;
    }

    bool read_push(object_shape &shape) {
        return this->read_members(shape, [&](std::string_view key) {
            if (is(key, "size")) return this->read_number(this->event->size);
            if (is(key, "distinct_size")) return this->read_number(this->event->distinct_size);
            return this->skip();
        });
    }

    bool read_pull_request() {
        if (this->letter() != '{') return this->skip();
        return this->read_members(this->shapes.pull_request, [&](std::string_view key) {
            if (is(key, "number")) return this->read_number(this->event->number);
            if (is(key, "additions")) return this->read_number(this->event->additions);
            if (is(key, "deletions")) return this->read_number(this->event->deletions);
            if (is(key, "merged")) return this->read_merged();
            if (is(key, "user"))
                return this->read_user(
                    this->shapes.author, this->event->author_login, this->event->author_id,
                    &this->event->author_type);
            return this->skip();
        });
    }

    bool read_merged() {
        if (this->letter() == 't') this->event->merged = 1;
        if (this->letter() == 'f') this->event->merged = 0;
        return this->skip();
    }
};

}  // namespace

int tally_parser_want(tally_parser *parser, const int64_t *ids, size_t count) try {
    parser->events = std::make_unique<event_state>();
    parser->events->wanted.fill(ids, count);
    return 0;
} catch (...) {
    return -4;
}

int tally_parser_wants(const tally_parser *parser, int64_t id) {
    return parser->events->wanted.has(id);
}

int tally_json_event(
    tally_parser *parser, const uint8_t *line, size_t length, tally_event *event) try {
    *event = {};
    event->repository_id = event->actor_id = event->size = event->distinct_size = -1;
    event->number = event->author_id = event->additions = event->deletions = event->merged = -1;
    return event_reader(*parser->events, line, event).read(length);
} catch (...) {
    return -1;
}
