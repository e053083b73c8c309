// What Swift's Glibc module lacks: epoll and eventfd have no module map, and the other calls need
// _GNU_SOURCE, which must not be defined here: it would change structs that Glibc declares too.
#ifndef TALLY_CEPOLL_H
#define TALLY_CEPOLL_H
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// accept4(2) without the peer's address; the socket does not block and is closed on exec.
int tally_accept(int descriptor);
/// Bytes that were written and that the peer's system has not acknowledged (tcp(7), SIOCOUTQ); 0
/// where the system does not say.
int tally_unacknowledged(int descriptor);
/// pthread_setname_np(3) for the calling thread; the kernel keeps fifteen bytes.
void tally_name_thread(const char *name);
/// malloc_trim(3): what is free goes back to the system.
void tally_give_memory_back(void);
/// prctl(2) PR_SET_DUMPABLE 0: no core dump, no reading of the memory by others.
void tally_hide_memory(void);
#endif
