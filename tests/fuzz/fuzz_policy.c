/* fuzz_policy - a policy that is read holds together, and says of any note whether it is met; else a line is named. */
#include "fuzz.h"

#include "pedigree/tlog/policy.h"

#include <assert.h>
#include <string.h>

static void check(const struct policy *p)
{
    const struct note nothing = {.text = "x\n", .text_len = 2};
    size_t cosigned = 1;
    for (size_t i = 0; i < p->names_len; i++) {
        const struct policy_name *name = &p->names[i];
        assert(*name->name && name->is_group == (name->members_len > 0) && name->needed <= name->members_len);
        for (size_t m = 0; m < name->members_len; m++)
            assert(name->members[m] < i);
    }
    assert(policy_is_met(p, &nothing, &cosigned) == !p->quorum && cosigned == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct error err = {0};
    struct policy p;
    arena_init(&a, 0);
    if (policy_parse(&a, (const char *)data, size, &p, &err))
        check(&p);
    else
        assert(err.code == ERR_INVALID && (strncmp(err.detail, "line ", 5) == 0 || size > POLICY_MAX));
    arena_reset(&a);
    return 0;
}
