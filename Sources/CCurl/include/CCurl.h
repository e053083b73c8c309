// Swift cannot call C functions with variable arguments: typed wrappers for curl's setters.
#ifndef TALLY_CCURL_H
#define TALLY_CCURL_H
#include <curl/curl.h>
#endif
