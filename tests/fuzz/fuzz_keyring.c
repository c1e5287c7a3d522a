/* fuzz_keyring - keys of a log that are read are of one name and stand once, and what is printed is read the same. */
#include "fuzz.h"

#include "pedigree/tlog/keyring.h"

#include <assert.h>
#include <string.h>

static void check(struct arena *a, const struct keyring *k)
{
    static struct keyring again;
    struct error err = {0};
    struct text t = text_new(a);
    assert(k->signers_len >= 1 && k->signers_len <= KEYRING_SIGNERS && k->retired_len <= KEYRING_RETIRED);
    for (size_t i = 0; i < k->signers_len; i++)
        assert(strcmp(k->signers[i].verifier.name, k->signers[0].verifier.name) == 0);
    keyring_print(k, &t);
    assert(keyring_parse(text_str(&t), t.len, &again, &err));
    assert(again.signers_len == k->signers_len && again.retired_len == k->retired_len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct keyring k;
    struct arena a;
    struct error err = {0};
    arena_init(&a, 0);
    if (keyring_parse((const char *)data, size, &k, &err))
        check(&a, &k);
    else
        assert(err.code == ERR_INVALID && err.detail[0]);
    arena_reset(&a);
    return 0;
}
