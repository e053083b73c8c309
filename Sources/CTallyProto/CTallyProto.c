#include "CTallyProto.h"
