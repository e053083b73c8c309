// What the shim keeps between two documents.
#pragma once
#include "CSimdjson.h"
#include "id_set.hpp"
#include "line_reader.hpp"

namespace tally {

/// The shapes of the objects of an event that are read.
struct event_shapes {
    object_shape event, actor, repository, pull_request, author;

    /// Of the payloads of a type: by its first letter and its length hardly two of them share one.
    object_shape &payload(std::string_view type) {
        return this->payloads[type.empty() ? 0 : (uint8_t(type[0]) + type.size()) % 32];
    }

  private:
    object_shape payloads[32];
};

/// What the reader of events keeps.
struct event_state {
    line_state lines;
    event_shapes shapes;
    id_set wanted;
};

}  // namespace tally

struct tally_parser {
    /// Of whole documents.
    simdjson::dom::parser dom;
    std::vector<uint8_t> tape;
    /// Made when events are to be read.
    std::unique_ptr<tally::event_state> events;
};
