#define _GNU_SOURCE
#include "CEpoll.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/socket.h>

int tally_accept(int descriptor) {
    return accept4(descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void tally_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

void tally_hide_memory(void) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
