/* document - family F: certificates, test evidence, and what their issuers say of them. */
#include "family.h"

#include <string.h>
#include <strings.h>

static void conformity(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->hops_len; i++) {
        const struct hop *h = &f->hops[i];
        if (!hop_is_sale(h) || h->tier == TIER_T1 || h->tier == TIER_T1A)
            continue;
        if (h->has_coc)
            rule_pass(out, self, hop_subject(out, h));
        else if (!h->seller)
            rule_unknown(out, self, hop_subject(out, h), "who sold the parts");
        else
            rule_fail(out, self, hop_subject(out, h), tier_is_open(h->tier) ? SEV_HIGH : SEV_MEDIUM, NO_DAY, SEQS(h->seq, h->out_seq),
                      json_pack("{s:s, s:s}", "seller", h->seller, "tier", tier_code(h->tier)), "No certificate of conformity goes with what %s sold.", h->seller);
    }
}

static bool has_word(const struct words *w, const char *word)
{
    for (size_t i = 0; i < w->len; i++)
        if (strcasecmp(w->at[i], word) == 0)
            return true;
    return false;
}

static bool is_within(const struct words *a, const struct words *b)
{
    for (size_t i = 0; i < a->len; i++)
        if (!has_word(b, a->at[i]))
            return false;
    return true;
}

/* Neither list contains the other: what one names the other does not. */
static bool contradicts(const struct words *a, const struct words *b)
{
    return a->len && b->len && !is_within(a, b) && !is_within(b, a);
}

static struct words own_codes(struct findings *out, const struct facts *f)
{
    struct words w = {.at = ARENA_ARRAY(out->arena, const char *, f->codes_len + 1)};
    for (size_t i = 0; i < f->codes_len; i++)
        if (!f->codes[i].observed)
            w.at[w.len++] = f->codes[i].code;
    return w;
}

static struct words own_traces(struct findings *out, const struct facts *f)
{
    struct words w = {.at = ARENA_ARRAY(out->arena, const char *, f->traces_len + 1)};
    for (size_t i = 0; i < f->traces_len; i++)
        if (!f->traces[i].observed)
            w.at[w.len++] = f->traces[i].code;
    return w;
}

static const char *contradiction(struct findings *out, const struct facts *f, const struct document_fact *d)
{
    struct words codes = own_codes(out, f), traces = own_traces(out, f);
    const struct document_ref *doc = d->document;
    if (doc->declares.mpn && f->part.mpn && strcmp(part_key(out->arena, doc->declares.mpn), f->part.key) != 0)
        return "part number";
    if (contradicts(&doc->declares.date_codes, &codes))
        return "date codes";
    if (contradicts(&doc->declares.trace_codes, &traces))
        return "trace codes";
    if (doc->declares.quantity != NONE && d->quantity != NONE && doc->declares.quantity < d->quantity)
        return "quantity";
    return NULL;
}

static bool is_conformity(const struct document_ref *d)
{
    return strcmp(d->kind, "coc") == 0 || strcmp(d->kind, "release-certificate") == 0;
}

static const char *document_subject(struct findings *out, const struct document_fact *d)
{
    const struct document_ref *doc = d->document;
    return arena_printf(out->arena, "%s %s of record %" PRId64, doc->kind, doc->number ? doc->number : doc->sha256 ? doc->sha256 : "", d->seq);
}

static void certificate_fits(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->documents_len; i++) {
        const struct document_fact *d = &f->documents[i];
        if (!is_conformity(d->document))
            continue;
        const char *wrong = d->document->has_declares ? contradiction(out, f, d) : NULL;
        if (!d->document->has_declares)
            rule_unknown(out, self, document_subject(out, d), "what the document declares");
        else if (!wrong)
            rule_pass(out, self, document_subject(out, d));
        else
            rule_fail(out, self, document_subject(out, d), SEV_HIGH, NO_DAY, SEQS(d->seq, f->description_seq),
                      json_pack("{s:s, s:s*, s:s}", "issuer", d->issuer, "number", d->document->number, "member", wrong),
                      "The certificate %s of %s declares another %s than the lot has.", d->document->number ? d->document->number : "", d->issuer, wrong);
    }
}

static void certificate_reused(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->marks_len; i++) {
        const struct mark_fact *m = &f->marks[i];
        if (m->kind != MARK_DOCUMENT)
            continue;
        const char *subject = arena_printf(out->arena, "document %s", m->value);
        bool over = m->declared != NONE && m->pieces != NONE && m->pieces > m->declared;
        if (m->other_root || over)
            rule_fail(out, self, subject, SEV_CRITICAL, NO_DAY, SEQS(m->seq), json_pack("{s:s, s:b, s:b}", "document", m->value, "otherRoot", m->other_root, "overQuantity", over),
                      m->other_root ? "Certificate %s also goes with goods of another origin." : "Certificate %s goes with more pieces than it declares.", m->value);
        else if (m->declared == NONE)
            rule_unknown(out, self, subject, "the quantity that the document declares");
        else
            rule_pass(out, self, subject);
    }
}

static bool is_adverse(const struct record *r)
{
    bool adverse = r->result && strcmp(r->result, "suspect") == 0;
    for (size_t i = 0; i < r->methods_len; i++)
        adverse |= r->methods[i].suspect != NONE && r->methods[i].suspect > 0;
    return adverse;
}

static void adverse_test(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->inspections_len; i++) {
        const struct inspection_fact *x = &f->inspections[i];
        const char *subject = arena_printf(out->arena, "inspection %s", x->key);
        if (x->record->result && strcmp(x->record->result, "inconclusive") == 0 && !is_adverse(x->record))
            rule_unknown(out, self, subject, "a conclusive result");
        else if (!is_adverse(x->record))
            rule_pass(out, self, subject);
        else
            rule_fail(out, self, subject, x->binding ? SEV_CRITICAL : SEV_INFO, NO_DAY, SEQS(x->seq), json_pack("{s:s, s:s, s:b}", "by", x->by, "day", day_name(out, x->day_last), "binding", x->binding),
                      "An inspection of %s found a suspect indicator of authenticity.", day_name(out, x->day_last));
    }
}

static void denied(const struct rule *self, const struct facts *f, struct findings *out)
{
    for (size_t i = 0; i < f->denials_len; i++) {
        const struct denial_fact *d = &f->denials[i];
        if (!d->of_hop)
            rule_fail(out, self, arena_printf(out->arena, "%s, denied by %s", d->what, d->by), SEV_CRITICAL, NO_DAY, SEQS(d->seq), json_pack("{s:s, s:s}", "by", d->by, "what", d->what),
                      "%s, asked about the %s, answers that it is not theirs.", d->by, d->what);
    }
}

/* clang-format off */
static const struct rule RULES[] = {
    {.id = "CAP-080", .family = "F", .title = "A certificate of conformity goes with what is sold", .severity = SEV_HIGH, .version = 1,
     .refs = {"AS9163", "AS6081", "FAR 52.246-15"}, .guards = "Sales only; not asked of the manufacturer or its aftermarket manufacturer; from either side of the hop.", .check = conformity},
    {.id = "CAP-082", .family = "F", .title = "A certificate declares what the lot is", .severity = SEV_HIGH, .version = 1,
     .refs = {"AS5553", "AS6174"}, .guards = "A certificate for more pieces than the lot is a partial shipment.", .check = certificate_fits},
    {.id = "CAP-083", .family = "F", .title = "A certificate goes with goods of one origin, up to its quantity", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"DFARS 252.246-7007"}, .guards = "Keyed by issuer, number and line; the chain of one root is counted once.", .check = certificate_reused},
    {.id = "CAP-087", .family = "F", .title = "No inspection found a suspect indicator", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"AS6171", "AS6081"}, .guards = "Only suspect speaks of authenticity, nonconforming does not; who may not speak of the lot gives a note.", .check = adverse_test},
    {.id = "CAP-091", .family = "F", .title = "The named maker or issuer does not deny its mark or document", .severity = SEV_CRITICAL, .version = 1,
     .refs = {"AS5553", "DFARS 252.246-7007"}, .guards = "cannot-tell is no denial; the other side of a hop speaks through CAP-066.", .check = denied},
};
/* clang-format on */
const struct rule_family DOCUMENT_RULES = {RULES, LENGTH(RULES)};
