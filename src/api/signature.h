/* signature - the signature under a record: held against the key that it names, on the thread that read the record. */
#pragma once

#include "pedigree/access/signing.h"
#include "pedigree/ledger/ledger.h"

/* `owner`: whose record it is; `where`: the member or header that brought the signature.  False: it is not good, or there
 * is none and the owner asks for one. */
bool signature_check(const struct signing_keys *keys, const char *owner, const struct decoded *d, const char *where,
                     struct error *err);
/* What the ledger keeps of a signature that was checked; the item is sealed. */
void signature_keep(struct arena *a, struct item *item);
