/* lots - what commands about one lot share: ORG CODE as a path. */
#pragma once

#include "session.h"

/* "/v1/lots/ORG/CODE" and `rest`, of the two words on the command line. */
const char *lot_path(struct session *s, const char *rest);
