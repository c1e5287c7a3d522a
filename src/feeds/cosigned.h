/* cosigned - the checkpoints that witnesses signed lately, for whoever shows one.  Any thread. */
#pragma once

#include "pedigree/tlog/checkpoint.h"
#include "pedigree/tlog/policy.h"

#include <pthread.h>

enum { COSIGNED_KEPT = 8 };

struct cosigned {
    pthread_mutex_t lock;
    const struct policy *policy;
    struct cosigned_note {
        int64_t size;
        char *note;  /* as the log signed it; NULL: a free place */
        char *lines; /* of witnesses */
    } kept[COSIGNED_KEPT];
    int64_t newest_size; /* of the newest that is met; -1: none */
    char *newest;
};

void cosigned_init(struct cosigned *c, const struct policy *policy);
void cosigned_done(struct cosigned *c);
/* Adds lines, which are checked, to the checkpoint; the oldest makes place.  True: with them it is the newest that enough cosigned. */
bool cosigned_add(struct cosigned *c, int64_t size, const char *note, const char *lines);
const char *cosigned_of(struct cosigned *c, struct arena *a, const char *note);
const char *cosigned_newest(struct cosigned *c, struct arena *a);
