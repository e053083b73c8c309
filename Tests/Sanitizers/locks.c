// Preloaded under the thread sanitizer. What a Mutex of Swift's Synchronization does without waiting
// is inlined into our code, and seen; when it has to wait, it calls a library that is not
// instrumented, and what the lock protects looks like a race. This tells the sanitizer of these
// calls: who comes back from waiting has seen all that was done before the lock was given up.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>

#ifndef __x86_64__
#error "the calling convention below is that of x86-64: self is in r13"
#endif

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

// Absent in programs without the sanitizer, such as the one that starts the tests.
void __tsan_acquire(void *address) __attribute__((weak));
void __tsan_release(void *address) __attribute__((weak));

void *tally_lock, *tally_unlock;

void tally_acquired(void *mutex) {
    if (__tsan_acquire) __tsan_acquire(mutex);
}

void tally_releases(void *mutex) {
    if (__tsan_release) __tsan_release(mutex);
}

__attribute__((constructor)) static void find(void) {
    tally_lock = dlsym(RTLD_NEXT, LOCK);
    tally_unlock = dlsym(RTLD_NEXT, UNLOCK);
}

__asm__(".text\n"
        ".globl \"" LOCK "\"\n"
        "\"" LOCK "\":\n"
        "  push %r13\n"
        "  mov tally_lock@GOTPCREL(%rip), %rax\n"
        "  call *(%rax)\n"
        "  mov (%rsp), %rdi\n"
        "  call tally_acquired@PLT\n"
        "  pop %r13\n"
        "  ret\n"
        ".globl \"" UNLOCK "\"\n"
        "\"" UNLOCK "\":\n"
        "  push %r13\n"
        "  mov %r13, %rdi\n"
        "  call tally_releases@PLT\n"
        "  pop %r13\n"
        "  mov tally_unlock@GOTPCREL(%rip), %rax\n"
        "  jmp *(%rax)\n");
