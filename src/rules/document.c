/* document - family F: certificates, test evidence, and what their issuers say of them.
 */
#include "comparison.h"

#include "pedigree/base/text.h"

#include <string.h>

enum { SHA256_SHOWN = 12 };

bool is_conformity(const struct document_ref *d)
{
    return text_is(d->kind, "coc") || text_is(d->kind, "release-certificate");
}

/* ---- CAP-080 ---- */

static void certificate_goes_with(const struct rule *self, const struct facts *f,
                                  const struct hop *h, struct findings *out)
{
    (void)f;
    const char *subject = hop_subject(out, h);
    if (h->has_coc)
        rule_pass(out, self, subject);
    else if (!h->source || h->tier == TIER_UNKNOWN || h->of_undescribed)
        rule_unknown(out, self, subject,
                     !h->source          ? "who handed the parts over"
                     : h->of_undescribed ? "what the lot is that the source shipped from"
                                         : "what the seller is for this part");
    else
        rule_fail(out, self, subject, tier_is_open(h->tier) ? SEV_HIGH : SEV_MEDIUM,
                  NO_DAY, SEQS(h->seq, h->out_seq),
                  json_pack("{s:s, s:s*, s:s, s:s*}", "source", h->source, "seller",
                            h->seller, "tier", tier_code(h->tier), "sold",
                            day_name(out, h->sold_day)),
                  "No certificate of conformity goes with what %s sold.",
                  h->seller ? h->seller : h->source);
}

static bool is_not_by_maker(const struct hop *h)
{
    return h->tier != TIER_T1 && h->tier != TIER_T1A;
}

static void certificates_go_with(const struct rule *self, const struct facts *f,
                                 struct findings *out)
{
    each_sale(self, f, out, is_not_by_maker, certificate_goes_with);
}

bool has_certificate(const struct rule *self, const struct facts *f, bool any,
                     struct findings *out)
{
    bool should = false;
    for (size_t i = 0; i < f->hops_len; i++)
        should |= hop_is_sale(&f->hops[i]) && is_not_by_maker(&f->hops[i]);
    if (!any && should)
        rule_unknown(out, self, "", "a certificate of the seller");
    return any;
}

/* ---- CAP-082: the certificate, held against the lot ---- */

const char *document_subject(struct findings *out, const struct document_fact *d)
{
    const struct document_ref *doc = d->document;
    const char *line = doc->declares.line;
    if (doc->number)
        return arena_printf(out->arena, "certificate %s%s%s", doc->number,
                            line ? " line " : "", line ? line : "");
    if (doc->sha256)
        return arena_printf(out->arena, "certificate %.*s", SHA256_SHOWN, doc->sha256);
    return arena_printf(out->arena, "certificate of %s",
                        d->issuer ? d->issuer : "nobody");
}

static void document_fits(const struct rule *self, const struct document_fact *d,
                          const struct facts *f, const struct lot_sets *lot,
                          struct findings *out)
{
    const char *subject = document_subject(out, d);
    struct comparison c = compare(d, f, lot, out);
    if (c.names.len)
        rule_fail(out, self, subject, SEV_HIGH, NO_DAY, SEQS(d->seq, f->description_seq),
                  json_pack("{s:s*, s:s*, s:O}", "issuer", d->issuer, "number",
                            d->document->number, "differences", c.differences),
                  "The %s declares otherwise than the lot: %s.", subject,
                  text_str(&c.names));
    else if (c.compared)
        rule_pass(out, self, subject);
    else
        rule_unknown(out, self, subject, "what the certificate declares of this lot");
    json_decref(c.differences);
}

static void documents_fit(const struct rule *self, const struct facts *f,
                          struct findings *out)
{
    struct lot_sets lot = lot_sets_of(out, f);
    bool any = false;
    for (size_t i = 0; i < f->documents_len; i++)
        any |= is_conformity(f->documents[i].document);
    if (!has_certificate(self, f, any, out))
        return;
    for (size_t i = 0; i < f->documents_len; i++)
        if (is_conformity(f->documents[i].document))
            document_fits(self, &f->documents[i], f, &lot, out);
}

/* ---- CAP-083 ---- */

/* A copy of a certificate whose issuer is on this chain says nothing against this lot. */
static enum severity reused(const struct mark_fact *m, bool beyond)
{
    return m->borne_out && !beyond ? SEV_INFO : SEV_CRITICAL;
}

static void certificate_used_once(const struct rule *self, const struct mark_fact *m,
                                  struct findings *out)
{
    const char *subject = arena_printf(out->arena, "certificate %s", m->value);
    bool known = m->pieces != NONE && m->declared != NONE;
    bool beyond = known && m->pieces > m->declared;
    if (!m->other_root && !beyond) {
        if (known)
            rule_pass(out, self, subject);
        else
            rule_unknown(out, self, subject, "how many pieces the certificate covers");
        return;
    }
    json_t *evidence = json_pack("{s:s, s:b, s:b}", "certificate", m->value, "otherRoot",
                                 m->other_root, "borneOut", m->borne_out);
    if (known)
        json_object_set_new(evidence, "others",
                            json_pack("{s:I, s:I}", "pieces", (json_int_t)m->pieces,
                                      "declared", (json_int_t)m->declared));
    rule_fail(out, self, subject, reused(m, beyond), NO_DAY, SEQS(m->seq), evidence,
              "Certificate %s goes with %s%s%s.", m->value,
              beyond ? "more pieces than it covers" : "goods of another origin as well",
              beyond && m->other_root ? ", and with goods of another origin" : "",
              reused(m, beyond) == SEV_INFO ? "; its issuer is on the chain of this lot"
                                            : "");
}

static void certificates_used_once(const struct rule *self, const struct facts *f,
                                   struct findings *out)
{
    bool any = false;
    for (size_t i = 0; i < f->marks_len; i++)
        any |= f->marks[i].kind == MARK_DOCUMENT;
    if (!has_certificate(self, f, any, out))
        return;
    for (size_t i = 0; i < f->marks_len; i++)
        if (f->marks[i].kind == MARK_DOCUMENT)
            certificate_used_once(self, &f->marks[i], out);
}

/* ---- CAP-087 ---- */

static json_t *methods_json(const struct record *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->methods_len; i++)
        if (r->methods[i].suspect != NONE && r->methods[i].suspect > 0)
            json_array_append_new(
                list, json_pack("{s:s, s:I, s:I}", "method", r->methods[i].method,
                                "suspect", (json_int_t)r->methods[i].suspect, "sampled",
                                (json_int_t)r->methods[i].sampled));
    return list;
}

static void inspection_is_clean(const struct rule *self, const struct inspection_fact *x,
                                struct findings *out)
{
    const char *subject = arena_printf(out->arena, "inspection %s", x->key);
    if (record_is_adverse(x->record)) {
        rule_fail(out, self, subject, x->binding ? SEV_CRITICAL : SEV_INFO, NO_DAY,
                  SEQS(x->seq),
                  json_pack("{s:s*, s:s*, s:s*, s:b, s:o}", "by", x->by, "day",
                            day_name(out, x->day_last), "result", x->record->result,
                            "binding", x->binding, "methods", methods_json(x->record)),
                  "%s inspected this lot on %s and found a suspect indicator%s.",
                  x->by ? x->by : "Somebody", day_name(out, x->day_last),
                  x->binding ? "" : "; it is not for them to say so above a note");
        return;
    }
    if (!x->binding) /* nor does another's good word count for the lot */
        return;
    if (!x->record->result || text_is(x->record->result, "inconclusive"))
        rule_unknown(out, self, subject, "a conclusive result");
    else
        rule_pass(out, self, subject);
}

bool should_be_tested(const struct facts *f)
{
    bool open = false;
    for (size_t i = 0; i < f->hops_len; i++)
        open |= hop_is_sale(&f->hops[i]) && tier_is_open(f->hops[i].tier);
    return open;
}

/* What is found of a lot is evidence about what came out of it, whatever it is called since. */
static void origin_is_clean(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (f->suspect_here)
        rule_fail(out, self, arena_printf(out->arena, "lot %s", f->suspect_here), SEV_CRITICAL, NO_DAY,
                  SEQS(f->root_seq), json_pack("{s:s}", "lot", f->suspect_here),
                  "This lot came out of %s of the same holder, which is suspect: by an inspection, or "
                  "held as such.",
                  f->suspect_here);
    else if (f->suspect_above)
        rule_fail(out, self, "upstream", SEV_HIGH, NO_DAY, SEQS(f->root_seq),
                  json_pack("{s:i}", "hops", f->suspect_above),
                  "A lot that this one came from is suspect: by an inspection, or held as such.");
}

/* A chain that leads to the maker speaks for the goods; then what went wrong may have so on the other way. */
static enum severity weight_of(const struct facts *f, const struct beside_fact *b)
{
    bool traced = f->traced == TRACED_MANUFACTURER || f->traced == TRACED_AUTHORIZATION;
    return b->well ? (traced ? SEV_MEDIUM : SEV_HIGH) : traced ? SEV_LOW : SEV_MEDIUM;
}

static void others_are_clean(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!f->described) /* no record of its own to lean on */
        return;
    if (f->below.any)
        rule_fail(out, self, "downstream", weight_of(f, &f->below), NO_DAY, SEQS(f->root_seq),
                  json_pack("{s:b}", "byLaboratory", f->below.well),
                  "A lot that came out of this one failed a test.");
    if (f->beside.any)
        rule_fail(out, self, "sideways", weight_of(f, &f->beside), NO_DAY, SEQS(f->root_seq),
                  json_pack("{s:i, s:b}", "hops", f->beside.hops, "byLaboratory", f->beside.well),
                  "Another lot, out of the same source lot as this one, failed a test.");
}

static void inspections_are_clean(const struct rule *self, const struct facts *f,
                                  struct findings *out)
{
    if (!f->inspections_len && should_be_tested(f))
        rule_unknown(out, self, "", "an inspection");
    for (size_t i = 0; i < f->inspections_len; i++)
        inspection_is_clean(self, &f->inspections[i], out);
    origin_is_clean(self, f, out);
    others_are_clean(self, f, out);
}

/* ---- CAP-091 ---- */

static void nobody_denies(const struct rule *self, const struct facts *f,
                          struct findings *out)
{
    bool denied = false;
    for (size_t i = 0; i < f->denials_len; i++) {
        const struct denial_fact *d = &f->denials[i];
        if (d->of_hop)
            continue;
        denied = true;
        rule_fail(out, self, d->what, SEV_CRITICAL, NO_DAY, SEQS(d->seq),
                  json_pack("{s:s, s:s, s:s}", "by", d->by, "what", d->what, "answer",
                            "not-ours"),
                  "%s, asked about %s, answers that it is not theirs.", d->by, d->what);
    }
    if (f->answers_open)
        rule_unknown(out, self, "", "an answer other than cannot-tell");
    else if (!denied && f->answers_ours)
        rule_pass(out, self, "");
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CAP-080",
        .family = "F",
        .title = "A certificate of conformity goes with what is sold",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"AS9163", "SAE AS6081", "FAR 52.246-15"},
        .guards =
            "Sales only, not by the manufacturer or its aftermarket manufacturer; from "
            "either side of the hop, and at any later time.",
        .check = certificates_go_with,
    },
    {
        .id = "CAP-082",
        .family = "F",
        .title = "A certificate declares what the lot is",
        .severity = SEV_HIGH,
        .version = 2,
        .refs = {"SAE AS5553", "SAE AS6174"},
        .guards = "A certificate for more pieces or codes than the lot has is that of a "
                  "partial "
                  "shipment; codes differ only when neither side contains the other.",
        .check = documents_fit,
    },
    {
        .id = "CAP-083",
        .family = "F",
        .title = "A certificate goes with goods of one origin, up to its quantity",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"DFARS 252.246-7007", "SAE AS5553"},
        .guards = "By issuer, number and line; pieces further along one chain count "
                  "once; to lots "
                  "that lead to the issuer, a copy elsewhere is a note.",
        .check = certificates_used_once,
    },
    {
        .id = "CAP-087",
        .family = "F",
        .title = "Inspections of a lot, of what it came from, and of what else that became, find no suspect indicator",
        .severity = SEV_CRITICAL,
        .version = 3,
        .refs = {"SAE AS6171", "SAE AS6081"},
        .guards =
            "Only `suspect` speaks of authenticity, `nonconforming` does not; of who may "
            "not speak of the lot it is a note; what other holders found, or hold, is high, and ends "
            "with the hold; what failed out of the same source lot is medium, high where a laboratory, the maker or "
            "the source's own holder found it, and less where the chain leads to the manufacturer.",
        .check = inspections_are_clean,
    },
    {
        .id = "CAP-091",
        .family = "F",
        .title = "The named maker, issuer or laboratory stands by what names it",
        .severity = SEV_CRITICAL,
        .version = 1,
        .refs = {"SAE AS5553", "DFARS 252.246-7007"},
        .guards =
            "`cannot-tell` is no denial; of the other side of a hop CAP-066 speaks.",
        .check = nobody_denies,
    },
};

const struct rule_family DOCUMENT_RULES = {RULES, LENGTH(RULES)};
