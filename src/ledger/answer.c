/* answer - what a batch tells who submitted: how his lot is assessed now, if he may know of it. */
#include "batch.h"

#include "pedigree/base/clock.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/tree_memory.h"

#include <string.h>

static json_t *finding_json(const struct finding *f, enum sight sight)
{
    json_t *evidence = json_deep_copy(f->evidence);
    access_cut_evidence(evidence, sight);
    return flag_json(&(struct flag_told){.rule = f->rule->id, .subject = f->subject,
                                         .state = f->pending ? "pending" : "open", .message = f->message,
                                         .severity = f->severity, .evidence = evidence, .since = f->since});
}

/* Another's lot may be spoken of, and is none of the speaker's to see for that. */
bool batch_may_tell(struct batch *b, const struct entry *e)
{
    if (!e->lot || !e->lot->code)
        return false;
    const char *by = party_resolve(b->space.kn, e->owner, INT64_MAX);
    return e->by_operator || text_is(by, lot_holder(&b->space, e->lot));
}

const char *batch_assessment(struct arena *a, const struct entry *e)
{
    if (!e->lot || !e->lot->state)
        return NULL;
    const struct lot *l = e->lot;
    bool own = l->has_own && !e->by_operator; /* told to none but its holder */
    const struct findings *all = own ? &l->own_findings : &l->findings;
    tree_memory_begin();
    json_t *flags = json_array();
    for (size_t i = 0; i < all->len; i++)
        if (all->at[i].verdict == VERDICT_FAIL)
            json_array_append_new(flags, finding_json(&all->at[i], e->by_operator ? SIGHT_ALL : SIGHT_OWN));
    json_t *o = assessment_json(own ? &l->own_assessment : &l->assessment, traced_word(l->traced), NULL, flags);
    size_t len;
    char *text = json_canonical(a, o, &len);
    json_decref(o);
    tree_memory_end();
    return text;
}

const char *batch_receipt(struct batch *b, struct arena *a, const struct entry *e)
{
    struct receipt r = {.index = e->seq, .checkpoint = ""};
    struct tree_source source = tree_of_edge(b->edge);
    struct error ignored = {0}; /* all of it is at the edge: the batch has just grown it */
    if (!b->edge || e->item->outcome != OUTCOME_ACCEPTED || !tree_inclusion(&source, e->seq, b->changes.size, &r.path, &ignored))
        return NULL;
    uint8_t *extra = arena_alloc(&b->arena, SECRET_LEN + e->envelope.len);
    memcpy(extra, e->item->secret, SECRET_LEN);
    memcpy(extra + SECRET_LEN, e->envelope.at, e->envelope.len);
    r.extra = (struct span){extra, SECRET_LEN + e->envelope.len};
    return receipt_text(a, &r);
}

/* Whether the records of this batch made others look again is not told to who sent them. */
int64_t batch_as_of(const struct batch *b)
{
    return b->after.as_of < b->changes.previous ? b->after.as_of : b->changes.previous - 1;
}
