/* url - the address of a server, as people type it. */
#pragma once

#include "pedigree/base/arena.h"
#include "pedigree/base/error.h"

bool url_is_http(const char *s); /* it begins like one */
/* Without slashes at its end; ERR_INVALID: it names no host, or has blanks, a query or a fragment. */
bool url_server(struct arena *a, const char *url, const char **out, struct error *err);
