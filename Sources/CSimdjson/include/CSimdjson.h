// A small C face of simdjson, which is C++. No exception crosses it.
#ifndef TALLY_CSIMDJSON_H
#define TALLY_CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that must be readable behind a document.
size_t tally_json_padding(void);

/// A parser and its buffers; one thread at a time.
struct tally_parser;
struct tally_parser *tally_parser_create(void);
void tally_parser_destroy(struct tally_parser *parser);

/// A document as a flat list of values, for small bodies: see JSONTape.swift for the form.
///
/// - Returns: 0, or a negative number: -1 malformed, -2 too deep, -3 a key stands twice, -4 no
///   memory. `tape` belongs to the parser and is valid until its next use.
int tally_json_tape(
    struct tally_parser *parser, const uint8_t *text, size_t length, int depth_max,
    const uint8_t **tape, size_t *tape_length);

/// A text inside of the line, or of the parser when it has escapes: gone when the line is, or when
/// the parser reads on. NULL when the field is absent or no text.
struct tally_text {
    const char *start;
    size_t length;
};

/// What the counting rules need of one event; numbers are -1 where the event says nothing.
struct tally_event {
    struct tally_text type, id, created_at, repository, login, action, author_login, author_type;
    int64_t repository_id, actor_id;
    int64_t size, distinct_size;
    int64_t number, author_id, additions, deletions;
    int32_t merged;
};

/// Says whose events are wanted, before the first is read.
///
/// - Parameter ids: numbers of repositories; none = all.
/// - Returns: 0, or -4 without memory.
int tally_parser_want(struct tally_parser *parser, const int64_t *ids, size_t count);

/// Whether events of a repository are wanted: 1, or 0. The id is not negative.
int tally_parser_wants(const struct tally_parser *parser, int64_t id);

/// Reads one event of GH Archive. No key may stand twice in an object that fields are taken from,
/// nor may it have more than 1,000.
///
/// - Parameter length: bytes of the line; `tally_json_padding()` more must be readable.
/// - Returns: 1 for a wanted event, 0 for another, -1 for a line that is no event.
int tally_json_event(
    struct tally_parser *parser, const uint8_t *line, size_t length, struct tally_event *event);

#ifdef __cplusplus
}
#endif
#endif
