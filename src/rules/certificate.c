/*
 * certificate - family F: what a certificate of conformity must say, what it rests on, who signed it and
 * when (domain reference 3.4).
 *
 * Of a certificate only what is recorded is known: one of which nothing is recorded but that it exists is
 * not evaluated.
 */
#include "family.h"

#include "pedigree/base/text.h"

#include <string.h>

/* Each certificate of which something is recorded. */
static void each_certificate(const struct rule *self, const struct facts *f, struct findings *out,
                             void (*check)(const struct rule *, const struct facts *, const struct document_fact *,
                                           const char *subject, struct findings *))
{
    bool any = false;
    for (size_t i = 0; i < f->documents_len; i++)
        any |= is_conformity(f->documents[i].document);
    if (!has_certificate(self, f, any, out))
        return;
    for (size_t i = 0; i < f->documents_len; i++) {
        const struct document_fact *d = &f->documents[i];
        if (!is_conformity(d->document))
            continue;
        if (d->document->has_declares)
            check(self, f, d, document_subject(out, d), out);
        else
            rule_unknown(out, self, document_subject(out, d), "what the certificate declares");
    }
}

/* ---- CAP-081 ---- */

struct missing {
    struct text names; /* "date codes, signatory" */
    json_t *list;
    bool weighs; /* what tells which goods are meant, or who answers for them */
};

static void need(struct missing *m, bool given, const char *name, bool weighs)
{
    if (given)
        return;
    text_addf(&m->names, "%s%s", m->names.len ? ", " : "", name);
    json_array_append_new(m->list, json_string(name));
    m->weighs |= weighs;
}

static bool has_trace(const struct facts *f)
{
    for (size_t i = 0; i < f->traces_len; i++)
        if (!f->traces[i].observed)
            return true;
    return false;
}

/* Codes are missed only where the lot has some. */
static struct missing missing_of(const struct document_fact *d, const struct facts *f, struct findings *out)
{
    const struct document_ref *c = d->document;
    struct missing m = {.names = text_new(out->arena), .list = json_array()};
    need(&m, c->declares.mpn, "part number", true);
    need(&m, c->declares.quantity != NONE, "quantity", true);
    need(&m, c->declares.date_codes.len || !lot_declares_codes(f), "date codes", true);
    need(&m, c->declares.trace_codes.len || !has_trace(f), "trace codes", true);
    need(&m, c->declares.signatory, "signatory", true);
    need(&m, c->number, "its number", false);
    need(&m, c->date.text, "its date", false);
    need(&m, c->declares.manufacturer, "manufacturer", false);
    need(&m, c->declares.purchase_order, "purchase order", false);
    need(&m, c->declares.site, "site of its issuer", false);
    need(&m, c->declares.statement, "statement of conformity", false);
    return m;
}

static void certificate_is_complete(const struct rule *self, const struct facts *f, const struct document_fact *d,
                                    const char *subject, struct findings *out)
{
    struct missing m = missing_of(d, f, out);
    if (!m.names.len)
        rule_pass(out, self, subject);
    else if (d->document->redacts)
        rule_unknown(out, self, subject, "the full copy, of which this one is redacted");
    else
        rule_fail(out, self, subject, m.weighs ? SEV_MEDIUM : SEV_LOW, NO_DAY, SEQS(d->seq),
                  json_pack("{s:s*, s:O}", "issuer", d->issuer, "missing", m.list),
                  "The %s does not state, as it is recorded: %s.", subject, text_str(&m.names));
    json_decref(m.list);
}

static void certificates_are_complete(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_certificate(self, f, out, certificate_is_complete);
}

/* ---- CAP-084 ---- */

static bool rests_on_one(const struct document_ref *c)
{
    return c->declares.parent_sha256 || (c->declares.parent_number && c->declares.parent_issuer);
}

static bool names_any(const struct document_ref *c)
{
    return c->declares.parent_issuer || c->declares.parent_number;
}

static bool is_parent(const struct document_ref *c, const struct document_ref *of)
{
    return (of->declares.parent_sha256 && text_is(of->declares.parent_sha256, c->sha256)) ||
           (of->declares.parent_number && text_is(of->declares.parent_number, c->number));
}

/* On one by the manufacturer or one it authorized; or on one that goes with the lot, too, and rests on such. */
static bool rests_on_authorized(const struct facts *f, const struct document_fact *d)
{
    if (rests_on_one(d->document) && tier_is_authorized(d->parent_tier))
        return true;
    for (size_t i = 0; i < f->documents_len; i++) {
        const struct document_fact *x = &f->documents[i];
        if (x != d && is_parent(x->document, d->document) && rests_on_one(x->document) && tier_is_authorized(x->parent_tier))
            return true;
    }
    return false;
}

static const char *what_it_rests_on(struct findings *out, const struct document_ref *c)
{
    if (rests_on_one(c))
        return arena_printf(out->arena, "rests on one by %s, whom the manufacturer did not authorize either", c->declares.parent_issuer);
    return names_any(c) ? "rests on another one that cannot be looked up: it takes issuer and number, or the hash of its bytes"
                        : "is not by one whom the manufacturer authorized, and names no certificate of the manufacturer that it "
                          "rests on";
}

/* The certificate of the maker, or of one it authorized, goes with the lot itself. */
static bool has_root_certificate(const struct facts *f)
{
    for (size_t i = 0; i < f->documents_len; i++)
        if (tier_is_authorized(f->documents[i].issuer_tier) && is_conformity(f->documents[i].document))
            return true;
    return false;
}

static void certificate_rests_on_one(const struct rule *self, const struct facts *f, const struct document_fact *d,
                                     const char *subject, struct findings *out)
{
    const struct document_ref *c = d->document;
    if (tier_is_authorized(d->issuer_tier) || rests_on_authorized(f, d) || has_root_certificate(f))
        rule_pass(out, self, subject);
    else if (d->issuer_tier == TIER_UNKNOWN)
        rule_unknown(out, self, subject, "what its issuer is for this part");
    else if (c->redacts)
        rule_unknown(out, self, subject, "the full copy, of which this one is redacted");
    else if (rests_on_one(c) && d->parent_tier == TIER_UNKNOWN)
        rule_unknown(out, self, subject, "who issued the certificate that it rests on");
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(d->seq),
                  json_pack("{s:s*, s:s, s:s*, s:s*}", "issuer", d->issuer, "tier", tier_code(d->issuer_tier),
                            "parentIssuer", c->declares.parent_issuer, "parentNumber", c->declares.parent_number),
                  "The %s %s.", subject, what_it_rests_on(out, c));
}

static void certificates_rest_on_one(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_certificate(self, f, out, certificate_rests_on_one);
}

/* ---- CAP-090 ---- */

/* The first day on which all that it names can have existed; of what it names no code of, the first piece. */
static int32_t made_day(const struct document_fact *d, const struct facts *f)
{
    const struct words *w = &d->document->declares.date_codes;
    int32_t made = NO_DAY;
    for (size_t i = 0; i < w->len; i++) {
        struct date_code c = datecode_parse(w->at[i], f->seen_day == NO_DAY ? f->today : f->seen_day);
        if (c.parsed && c.candidates[0].first > made)
            made = c.candidates[0].first;
    }
    for (size_t i = 0; !w->len && i < f->codes_len; i++) {
        const struct code_fact *c = &f->codes[i];
        if (!c->observed && !c->parsed.parsed)
            return NO_DAY;
        if (!c->observed && (made == NO_DAY || c->parsed.candidates[0].first < made))
            made = c->parsed.candidates[0].first;
    }
    return made;
}

/* Of a code that is later than the pieces came in CAP-042 speaks. */
static bool is_before_made(const struct rule *self, const struct document_fact *d, const struct facts *f, int32_t *made)
{
    int32_t slack = (int32_t)rule_parameter(self, "codeDays");
    *made = made_day(d, f);
    return *made != NO_DAY && d->document->date.last_day + slack < *made &&
           (f->came_last == NO_DAY || *made <= f->came_last + slack);
}

static void signed_in_time(const struct rule *self, const struct facts *f, const struct document_fact *d,
                           const char *subject, struct findings *out)
{
    const struct document_ref *c = d->document;
    int32_t made, late = (int32_t)rule_parameter(self, "lateDays"), day = c->date.text ? c->date.first_day : NO_DAY;
    if (day == NO_DAY) {
        rule_unknown(out, self, subject, "the date of the certificate");
    } else if (is_before_made(self, d, f, &made)) {
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(d->seq, f->description_seq),
                  json_pack("{s:s*, s:s, s:s}", "issuer", d->issuer, "dated", day_name(out, day), "madeFrom",
                            day_name(out, made)),
                  "The %s is dated %s, before the pieces of its date codes were made, on %s at the earliest.", subject,
                  day_name(out, day), day_name(out, made));
    } else if (d->went_day != NO_DAY && day > d->went_day + late) {
        rule_fail(out, self, subject, d->came_later ? SEV_LOW : SEV_MEDIUM, NO_DAY, SEQS(d->seq),
                  json_pack("{s:s*, s:s, s:s}", "issuer", d->issuer, "dated", day_name(out, day), "shipped",
                            day_name(out, d->went_day)),
                  "The %s is dated %s, after the goods were shipped on %s.", subject, day_name(out, day),
                  day_name(out, d->went_day));
    } else {
        rule_pass(out, self, subject);
    }
}

static void signed_by_one_listed(const struct rule *self, const struct document_fact *d, const char *subject,
                                 struct findings *out)
{
    const char *who = d->document->declares.signatory;
    const char *of = arena_printf(out->arena, "signatory of %s", subject);
    if (!who || d->signatory == UNKNOWN)
        rule_unknown(out, self, of, who ? "the register of its issuer's signatories" : "who signed it");
    else if (d->signatory == YES)
        rule_pass(out, self, of);
    else
        rule_fail(out, self, of, SEV_MEDIUM, NO_DAY, SEQS(d->seq, d->register_seq),
                  json_pack("{s:s*, s:s, s:s*}", "issuer", d->issuer, "signatory", who, "dated",
                            day_name(out, d->document->date.first_day)),
                  "The %s is signed by %s, whom the register of %s does not list for that day.", subject, who,
                  d->issuer ? d->issuer : "its issuer");
}

static void certificate_is_signed(const struct rule *self, const struct facts *f, const struct document_fact *d,
                                  const char *subject, struct findings *out)
{
    signed_in_time(self, f, d, subject, out);
    signed_by_one_listed(self, d, subject, out);
}

static void certificates_are_signed(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_certificate(self, f, out, certificate_is_signed);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-081",
        .family = "F",
        .title = "A certificate of conformity states all that it must",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"AS9163", "SAE AS6081", "FAR 52.246-15"},
        .guards = "Only what is recorded is known: a certificate that is only said to exist is not evaluated, nor what "
                  "a redacted copy hides; codes are missed where the lot has some; a code for the signatory will do.",
        .check = certificates_are_complete,
    },
    {
        .id = "CAP-084",
        .family = "F",
        .title = "A certificate by one whom the manufacturer did not authorize rests on one that it issued",
        .severity = SEV_MEDIUM,
        .version = 2,
        .refs = {"SAE AS6081", "SAE AS5553", "AS9163"},
        .guards = "Not of the manufacturer, its aftermarket manufacturer, a franchised or an exclusive-trace seller; "
                  "their own certificate beside it will do, and so will one between that goes with the lot; not "
                  "evaluated where it is only the bytes of one, and nobody says whose.",
        .check = certificates_rest_on_one,
    },
    {
        .id = "CAP-090",
        .family = "F",
        .title = "A certificate is signed by one who may, after the pieces were made and when they were shipped",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"AS9100", "AS9163"},
        .guards = "Who is not in a register is anomalous only where one is known that was said by then; a certificate that "
                  "was asked for later is low; date codes by their earliest reading.",
        .parameters = {{"lateDays", 7, "days"}, {"codeDays", 7, "days"}},
        .check = certificates_are_signed,
    },
};

const struct rule_family CERTIFICATE_RULES = {RULES, LENGTH(RULES)};
