/*
 * fuzz_names - the forms that parts and parties are compared in stay as they are,
 * whatever was written; and case never makes two of one.
 */
#include "fuzz.h"

#include "pedigree/base/text.h"
#include "pedigree/model/part.h"
#include "pedigree/model/party.h"
#include "pedigree/model/unicode.h"

#include <assert.h>
#include <string.h>

static void stays(struct arena *a, char *(*fold)(struct arena *, const char *),
                  const char *s)
{
    const char *once = fold(a, s);
    assert(text_is_utf8(once, strlen(once)) && strcmp(fold(a, once), once) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    const char *why = NULL;
    arena_init(&a, 0);
    const char *s = arena_strndup(&a, (const char *)data, size);
    stays(&a, unicode_plain, s);
    stays(&a, unicode_lower, s);
    stays(&a, unicode_upper, s);
    const char *key = part_key(&a, s), *normal = party_normal(&a, s);
    assert(strcmp(part_key(&a, key), key) == 0);
    assert(strcmp(part_key(&a, unicode_lower(&a, s)), key) == 0);
    assert(unicode_is_blank(s) || *key);
    assert(strcmp(party_normal(&a, normal), normal) == 0);
    /* plain forms may be longer than what was written */
    assert(!party_is_valid(s, &why) || strlen(normal) > 256 ||
           party_is_valid(normal, &why));
    assert(*manufacturer_normal(&a, s) && *part_base(&a, s) == *key);
    arena_reset(&a);
    return 0;
}
