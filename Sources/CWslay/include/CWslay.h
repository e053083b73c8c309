#ifndef TALLY_CWSLAY_H
#define TALLY_CWSLAY_H
#include <wslay/wslay.h>
#endif
