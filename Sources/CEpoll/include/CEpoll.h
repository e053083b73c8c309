// Swift's Glibc module lacks epoll, eventfd and accept4: they need _GNU_SOURCE before any header.
#ifndef TALLY_CEPOLL_H
#define TALLY_CEPOLL_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#endif
