// The generated messages, and the arena they are unpacked into.
#ifndef TALLY_CTALLYPROTO_H
#define TALLY_CTALLYPROTO_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

#include "tally/admin/v1/admin.pb-c.h"
#include "tally/common/v1/common.pb-c.h"
#include "tally/gateway/v1/gateway.pb-c.h"
#include "tally/health/v1/health.pb-c.h"
#include "tally/ingest/v1/activity.pb-c.h"
#include "tally/ingest/v1/ingest.pb-c.h"
#include "tally/logs/v1/logs.pb-c.h"
#include "tally/ranking/v1/ranking.pb-c.h"
#include "tally/scoring/v1/scores.pb-c.h"
#include "tally/scoring/v1/scoring.pb-c.h"

/// Memory for one message tree: given out from large pieces, freed at once.
///
/// protobuf-c has no limit of its own; this allocator answers NULL over its budget, which
/// protobuf-c refuses cleanly.
struct tally_arena;

/// An arena that gives out at most `budget` bytes; NULL without memory.
struct tally_arena *tally_arena_create(size_t budget);
/// Zeroed memory, aligned for anything; NULL over the budget. Lives as long as the arena.
void *tally_arena_alloc(struct tally_arena *arena, size_t size);
/// The allocator to unpack with; its free does nothing.
ProtobufCAllocator *tally_arena_allocator(struct tally_arena *arena);
/// Bytes given out so far.
size_t tally_arena_used(const struct tally_arena *arena);
/// Frees everything.
void tally_arena_destroy(struct tally_arena *arena);

#endif
