/* role - what a key's role allows. */
#include "pedigree/access/access.h"
#include "pedigree/base/cleanup.h"

#include <string.h>

static const struct {
    const char *word;
    unsigned rights;
} ROLES[] = {
    [ROLE_SUBMITTER] = {"submitter", 1U << RIGHT_READ | 1U << RIGHT_SUBMIT},
    [ROLE_READER] = {"reader", 1U << RIGHT_READ},
    [ROLE_QUALITY] = {"quality",
                      1U << RIGHT_READ | 1U << RIGHT_SUBMIT | 1U << RIGHT_QUALITY},
    [ROLE_OPERATOR] = {"operator", 1U << RIGHT_READ | 1U << RIGHT_SUBMIT |
                                       1U << RIGHT_QUALITY | 1U << RIGHT_OPERATE},
};

static const char *const RIGHTS[] = {
    [RIGHT_PUBLIC] = "be here",
    [RIGHT_READ] = "read",
    [RIGHT_SUBMIT] = "submit records",
    [RIGHT_QUALITY] = "speak for its quality",
    [RIGHT_OPERATE] = "operate the ledger",
};

const char *role_word(enum role r)
{
    return ROLES[r].word;
}

bool role_find(const char *word, enum role *out)
{
    for (size_t i = 0; i < LENGTH(ROLES); i++)
        if (strcmp(ROLES[i].word, word) == 0) {
            *out = (enum role)i;
            return true;
        }
    return false;
}

bool role_may(enum role r, enum right right)
{
    return right == RIGHT_PUBLIC || (ROLES[r].rights >> right & 1U);
}

bool access_may(const struct caller *c, enum right right, struct error *err)
{
    if (role_may(c->role, right))
        return true;
    return error_set(err, ERR_FORBIDDEN,
                     "a key with the role %s may not %s; ask for one that may",
                     role_word(c->role), RIGHTS[right]);
}

bool access_on_behalf(const struct caller *c, const char *organisation, struct error *err)
{
    if (c->role == ROLE_OPERATOR || strcmp(c->organisation, organisation) == 0)
        return true;
    for (size_t i = 0; i < c->agents_for_len; i++)
        if (strcmp(c->agents_for[i], organisation) == 0)
            return true;
    return error_at(
        err, ERR_FORBIDDEN, "onBehalfOf",
        "the key %s of %s may not submit for %s; its operator can issue one that may",
        c->key_id, c->organisation, organisation);
}
