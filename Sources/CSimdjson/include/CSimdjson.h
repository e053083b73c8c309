// A small C face of simdjson, which is C++.
#ifndef TALLY_CSIMDJSON_H
#define TALLY_CSIMDJSON_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif
/// The number of bytes that must be readable behind a document.
size_t tally_json_padding(void);
#ifdef __cplusplus
}
#endif
#endif
