#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "CTallyProto.h"

enum { FIRST_PIECE = 4096, LARGEST_PIECE = 1 << 20, ALIGNMENT = 16 };

struct piece {
    struct piece *next;
    size_t size;
    size_t used;
    // Keeps the memory behind the head aligned.
    size_t padding;
};

struct tally_arena {
    ProtobufCAllocator allocator;
    size_t budget;
    size_t used;
    size_t next_piece;
    struct piece *pieces;
};

static void *give(void *arena, size_t size) {
    return tally_arena_alloc(arena, size);
}

static void keep(void *arena, void *pointer) {
    (void)arena;
    (void)pointer;
}

// Each thread keeps the last arena with its first piece: most messages need no more memory than
// that, and asking for it twice a call was a tenth of the call.
static _Thread_local struct tally_arena *spare;
// The thread's spare arena goes with the thread; the key is there for its destructor alone.
static _Thread_local bool is_watched;
static pthread_key_t ends;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void release(struct tally_arena *arena) {
    free(arena->pieces);
    free(arena);
}

static void thread_ends(void *value) {
    (void)value;
    if (spare != NULL) release(spare);
    spare = NULL;
    is_watched = false;
}

static void prepare(void) {
    pthread_key_create(&ends, thread_ends);
}

static void keep_spare(struct tally_arena *arena) {
    if (!is_watched) {
        pthread_once(&once, prepare);
        is_watched = pthread_setspecific(ends, &once) == 0;
    }
    if (is_watched) {
        spare = arena;
    } else {
        release(arena);
    }
}

struct tally_arena *tally_arena_create(size_t budget) {
    struct tally_arena *arena = spare;
    if (arena != NULL) {
        spare = NULL;
        arena->budget = budget;
        return arena;
    }
    arena = calloc(1, sizeof *arena);
    if (arena == NULL) return NULL;
    arena->allocator.alloc = give;
    arena->allocator.free = keep;
    arena->allocator.allocator_data = arena;
    arena->budget = budget;
    arena->next_piece = FIRST_PIECE;
    return arena;
}

static struct piece *add_piece(struct tally_arena *arena, size_t size) {
    size_t bytes = arena->next_piece;
    if (bytes < size) bytes = size;
    struct piece *piece = malloc(sizeof *piece + bytes);
    if (piece == NULL) return NULL;
    piece->used = 0;
    piece->size = bytes;
    piece->next = arena->pieces;
    arena->pieces = piece;
    if (arena->next_piece < LARGEST_PIECE) arena->next_piece *= 2;
    return piece;
}

void *tally_arena_alloc(struct tally_arena *arena, size_t size) {
    if (size > arena->budget) return NULL;
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (size > arena->budget - arena->used) return NULL;
    struct piece *piece = arena->pieces;
    if (piece == NULL || piece->size - piece->used < size) piece = add_piece(arena, size);
    if (piece == NULL) return NULL;
    void *memory = (char *)(piece + 1) + piece->used;
    piece->used += size;
    arena->used += size;
    return memory;
}

ProtobufCAllocator *tally_arena_allocator(struct tally_arena *arena) {
    return &arena->allocator;
}

size_t tally_arena_used(const struct tally_arena *arena) {
    return arena->used;
}

void tally_arena_destroy(struct tally_arena *arena) {
    struct piece *piece = arena->pieces;
    while (piece != NULL && piece->next != NULL) {
        struct piece *next = piece->next;
        free(piece);
        piece = next;
    }
    arena->pieces = piece;
    if (spare != NULL || (piece != NULL && piece->size > FIRST_PIECE)) {
        release(arena);
        return;
    }
    if (piece != NULL) piece->used = 0;
    arena->used = 0;
    arena->next_piece = piece == NULL ? FIRST_PIECE : 2 * FIRST_PIECE;
    keep_spare(arena);
}
