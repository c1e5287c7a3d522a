/* answers - JSON Schemas of what the routes answer: components of /openapi.json. */
#pragma once

#include <stddef.h>

struct answer {
    const char *name;   /* component name; unique */
    const char *schema; /* JSON Schema 2020-12 as text */
};
extern const struct answer ANSWERS[];
extern const size_t ANSWERS_LEN;
