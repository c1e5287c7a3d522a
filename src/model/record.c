/* record - the lists of types and of document kinds; what a record holds is decoded by codec. */
#include "pedigree/model/record.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

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

bool document_is_private(const char *kind)
{
    enum privacy { PRIVACY_DOCUMENTS, PRIVACY_PARTIES, PRIVACY_PRICE };
    static const struct {
        const char *word;
        enum privacy privacy;
    } KINDS[] = {
#define DOCUMENT_KIND(word, part) {word, PRIVACY_##part},
#include "pedigree/model/document_kind.def"
    };
    for (size_t i = 0; kind && i < LENGTH(KINDS); i++)
        if (strcmp(KINDS[i].word, kind) == 0)
            return KINDS[i].privacy != PRIVACY_DOCUMENTS;
    return false;
}

bool record_is_adverse(const struct record *r)
{
    bool adverse = r->type == REC_INSPECTED && text_is(r->result, "suspect");
    for (size_t i = 0; r->type == REC_INSPECTED && i < r->methods_len; i++)
        adverse |= r->methods[i].suspect != NONE && r->methods[i].suspect > 0;
    return adverse;
}
