#include <pthread.h>
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
static pthread_key_t spare;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void release(void *memory) {
    struct tally_arena *arena = memory;
    free(arena->pieces);
    free(arena);
}

static void prepare(void) {
    pthread_key_create(&spare, release);
}

struct tally_arena *tally_arena_create(size_t budget) {
    pthread_once(&once, prepare);
    struct tally_arena *arena = pthread_getspecific(spare);
    if (arena != NULL) {
        pthread_setspecific(spare, NULL);
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
    if (pthread_getspecific(spare) != NULL || (piece != NULL && piece->size > FIRST_PIECE)) {
        release(arena);
        return;
    }
    if (piece != NULL) piece->used = 0;
    arena->used = 0;
    arena->next_piece = piece == NULL ? FIRST_PIECE : 2 * FIRST_PIECE;
    pthread_setspecific(spare, arena);
}
