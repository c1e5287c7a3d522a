/* record - the list of types; what a record holds is decoded by codec. */
#include "pedigree/model/record.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *word;
    enum record_family family;
} TYPES[] = {
#define RECORD_TYPE(symbol, word, family) {word, FAMILY_##family},
#include "pedigree/model/record_type.def"
};

const char *record_type_word(enum record_type t)
{
    assert(t < REC_COUNT);
    return TYPES[t].word;
}

enum record_family record_type_family(enum record_type t)
{
    assert(t < REC_COUNT);
    return TYPES[t].family;
}

bool record_type_find(const char *word, enum record_type *out)
{
    for (int t = 0; word && t < REC_COUNT; t++)
        if (strcmp(TYPES[t].word, word) == 0) {
            *out = (enum record_type)t;
            return true;
        }
    return false;
}
