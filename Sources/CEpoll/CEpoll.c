#define _GNU_SOURCE
#include "CEpoll.h"

#include <malloc.h>
#include <pthread.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

int tally_accept(int descriptor) {
    return accept4(descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int tally_unacknowledged(int descriptor) {
    int bytes = 0;
    return ioctl(descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

void tally_name_thread(const char *name) {
    pthread_setname_np(pthread_self(), name);
}

void tally_give_memory_back(void) {
    malloc_trim(0);
}

void tally_hide_memory(void) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
