/*
 * cyber - family K: information security of who submits, security certificates of the part, and what programmes ask of
 * them, level by level.
 */
#include "family.h"

#include "pedigree/base/text.h"

#include <string.h>
#include <strings.h>

/* ---- CYB-001 ---- */

static void isms_is_valid(const struct rule *self, const struct facts *f, struct findings *out)
{
    const char *subject = arena_printf(out->arena, "party %s", f->holder);
    if (!f->isms_name)
        return;
    if (f->isms == CERT_UNKNOWN) {
        rule_unknown(out, self, subject, "a register that bears the certificate out");
        return;
    }
    if (f->isms == CERT_VALID) {
        rule_pass(out, self, subject);
        return;
    }
    rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(f->isms_seq),
              json_pack("{s:s, s:s, s:s*, s:b}", "party", f->holder, "certificate", f->isms_name, "day",
                        day_name(out, f->newest_day), "renewed", f->isms == CERT_RENEWED),
              "The certificate %s for information security of %s, who submits the records of this lot, was not valid on "
              "%s%s.",
              f->isms_name, f->holder, f->newest_day == NO_DAY ? "that day" : day_name(out, f->newest_day),
              f->isms == CERT_RENEWED ? ", and was renewed shortly after" : "");
}

/* ---- CYB-005 ---- */

static bool has(struct findings *out, const char *text, const char *plain)
{
    return text && strstr(certificate_key(out->arena, text), plain);
}

static void type_of(const struct rule *self, const struct product_fact *p, struct findings *out)
{
    const char *subject = arena_printf(out->arena, "certificate %s %s", p->scheme, p->number);
    if (!has(out, p->basis, "IECEE") || has(out, p->kind, "UNITVERIFICATION")) {
        rule_pass(out, self, subject);
        return;
    }
    if (!p->kind) {
        rule_unknown(out, self, subject, "the kind of certificate");
        return;
    }
    rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(p->seq),
              json_pack("{s:s, s:s, s:s, s:s}", "scheme", p->scheme, "number", p->number, "kind", p->kind, "basis",
                        p->basis),
              "The certificate %s %s of this part rests on %s and is of the kind \"%s\": one that rests on an IECEE "
              "certificate is a unit verification.",
              p->scheme, p->number, p->basis, p->kind);
}

static void derived_certificates_fit(const struct rule *self, const struct facts *f, struct findings *out)
{
    if (!rule_parameter(self, "enabled"))
        return;
    for (size_t i = 0; i < f->products_len; i++)
        if (f->products[i].kinds & cert_kinds_for(CERT_FOR_EXPLOSIVE))
            type_of(self, &f->products[i], out);
}

/* ---- CYB-003: programmable parts in networked functions ---- */

/* A program is stated or was put in; nobody asks it of a resistor. */
static enum truth is_programmable(const struct facts *f)
{
    static const char *const NEVER[] = {"PAEL", "ELME", "passive"};
    const struct part_facts *p = f->spec;
    for (size_t i = 0; p->category.value && i < LENGTH(NEVER); i++)
        if (strncasecmp(p->category.value, NEVER[i], strlen(NEVER[i])) == 0)
            return NO;
    bool programmed = p->content_hash.value || f->goods.content || f->goods.programmed_seq != NONE;
    return p->programmable.value == UNKNOWN && programmed ? YES : p->programmable.value;
}

/* Of the component; a certificate that does not tell which part of the standard it is by counts if it tells levels. */
static bool is_of_component(const struct product_fact *p)
{
    bool any_part = p->kinds & (cert_set)1 << CERT_KIND_CYBER;
    return p->standing == CERT_ACTIVE && ((p->kinds & cert_kinds_for(CERT_FOR_SECURITY)) || (any_part && p->level));
}

/* By their names, whoever told them first. */
static bool is_before(const struct product_fact *x, const struct product_fact *y)
{
    int by_number = strcmp(x->number, y->number);
    return by_number ? by_number < 0 : strcmp(x->scheme, y->scheme) < 0;
}

struct reached { /* what a certificate of the part reaches of what is asked for */
    const struct product_fact *by; /* NULL: there is none */
    bool is_told;                  /* its levels can be read */
    uint8_t levels[SECURITY_REQUIREMENTS];
    int missing;                   /* levels short, over all requirements */
};

static struct reached reached_by(const struct product_fact *p, const uint8_t target[static SECURITY_REQUIREMENTS])
{
    struct reached r = {.by = p};
    r.is_told = p->level && security_levels(p->level, r.levels);
    for (size_t i = 0; r.is_told && i < SECURITY_REQUIREMENTS; i++)
        r.missing += target[i] > r.levels[i] ? target[i] - r.levels[i] : 0;
    return r;
}

/* One that is told before one that is not; else the nearer. */
static bool is_nearer(const struct reached *x, const struct reached *y)
{
    if (x->is_told != y->is_told)
        return x->is_told;
    if (x->missing != y->missing)
        return x->missing < y->missing;
    return is_before(x->by, y->by);
}

/* *vague: the levels of some cannot be read. */
static struct reached nearest_of(const struct facts *f, const uint8_t target[static SECURITY_REQUIREMENTS], bool *vague)
{
    struct reached best = {0};
    for (size_t i = 0; i < f->products_len; i++) {
        if (!is_of_component(&f->products[i]))
            continue;
        struct reached r = reached_by(&f->products[i], target);
        *vague |= !r.is_told;
        best = !best.by || is_nearer(&r, &best) ? r : best;
    }
    return best;
}

/* "IAC 2 of 3, DC 0 of 1"; and the same as data. */
static const char *shortfalls(struct findings *out, const struct reached *r, const uint8_t target[static SECURITY_REQUIREMENTS],
                              json_t *list)
{
    struct text t = text_new(out->arena);
    for (size_t i = 0; i < SECURITY_REQUIREMENTS; i++) {
        if (r->levels[i] >= target[i])
            continue;
        text_addf(&t, "%s%s %u of %u", t.len ? ", " : "", SECURITY_REQUIREMENT[i], (unsigned)r->levels[i], (unsigned)target[i]);
        json_array_append_new(list, json_pack("{s:s, s:i, s:i}", "requirement", SECURITY_REQUIREMENT[i], "reached", r->levels[i],
                                              "target", target[i]));
    }
    return text_str(&t);
}

static void level_is_short(const struct rule *self, const struct use_fact *u, const struct reached *r,
                           const uint8_t target[static SECURITY_REQUIREMENTS], const char *subject, struct findings *out)
{
    json_t *list = json_array();
    const char *told = shortfalls(out, r, target, list);
    rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(u->seq, u->terms_seq, u->allocated_seq, r->by->seq),
              json_pack("{s:s, s:s, s:s, s:s, s:o}", "programme", u->programme, "scheme", r->by->scheme, "number", r->by->number,
                        "securityLevel", u->security_level, "short", list),
              "%s needs security level %s, and the certificate %s %s of this part does not reach it: %s.", u->programme,
              u->security_level, r->by->scheme, r->by->number, told);
}

static void without_certificate(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                                struct findings *out)
{
    if (!rule_parameter(self, "certificateRequired"))
        rule_unknown(out, self, subject, "a valid certificate of the part by IEC 62443-4-2");
    else
        rule_fail(out, self, subject, SEV_MEDIUM, NO_DAY, SEQS(u->seq, u->terms_seq, u->allocated_seq, f->spec->programmable.seq),
                  json_pack("{s:s, s:s}", "programme", u->programme, "securityLevel", u->security_level),
                  "%s needs security level %s, and no valid certificate of this part by IEC 62443-4-2 is known.", u->programme,
                  u->security_level);
}

/* A target level is only set for what is on a network, unless the programme says that it is not. */
static bool asks_for_security(const struct use_fact *u)
{
    return u->networked == YES || (u->networked == UNKNOWN && u->security_level);
}

static void levels_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                          struct findings *out)
{
    uint8_t target[SECURITY_REQUIREMENTS];
    bool vague = false;
    enum truth programmable = is_programmable(f);
    if (!asks_for_security(u) || programmable == NO)
        return;
    if (!u->security_level || !security_levels(u->security_level, target)) {
        rule_unknown(out, self, subject, u->security_level ? "a security level of the programme that can be read"
                                                           : "the security level that the programme needs");
        return;
    }
    if (programmable == UNKNOWN) {
        rule_unknown(out, self, subject, "whether the part holds a program");
        return;
    }
    struct reached best = nearest_of(f, target, &vague);
    if (!best.by)
        without_certificate(self, f, u, subject, out);
    else if (best.is_told && best.missing == 0)
        rule_pass(out, self, subject);
    else if (vague)
        rule_unknown(out, self, subject, "the levels that a certificate of the part tells");
    else
        level_is_short(self, u, &best, target, subject, out);
}

static void levels_are_reached(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, levels_of_use);
}

/* ---- CYB-004 ---- */

/* Any certificate by IEC 62443: what its additional information says of profiles. */
static void profile_of_use(const struct rule *self, const struct facts *f, const struct use_fact *u, const char *subject,
                           struct findings *out)
{
    const struct product_fact *lacks = NULL;
    bool any = false, untold = false;
    if (!u->security_profile || u->networked == NO || is_programmable(f) == NO)
        return;
    for (size_t i = 0; i < f->products_len; i++) {
        const struct product_fact *p = &f->products[i];
        if (!(p->kinds & cert_kinds_for(CERT_FOR_CYBER)) || p->standing != CERT_ACTIVE)
            continue;
        if (p->profile && certificate_text_names(out->arena, p->profile, u->security_profile)) {
            rule_pass(out, self, subject);
            return;
        }
        any = true;
        untold |= !p->profile;
        lacks = p->profile && (!lacks || is_before(p, lacks)) ? p : lacks;
    }
    if (!any || untold) {
        if (any || is_programmable(f) == YES)
            rule_unknown(out, self, subject, any ? "what the certificate's additional information says"
                                                 : "a valid certificate of the part by IEC 62443");
        return;
    }
    rule_fail(out, self, subject, SEV_LOW, NO_DAY, SEQS(u->seq, u->terms_seq, lacks->seq),
              json_pack("{s:s, s:s, s:s, s:s, s:s}", "programme", u->programme, "wanted", u->security_profile, "scheme", lacks->scheme,
                        "number", lacks->number, "profile", lacks->profile),
              "%s asks for the profile %s, and the additional information of the certificate %s %s says \"%s\".", u->programme,
              u->security_profile, lacks->scheme, lacks->number, lacks->profile);
}

static void profiles_are_named(const struct rule *self, const struct facts *f, struct findings *out)
{
    each_use(self, f, out, profile_of_use);
}

/* ---- the rows ---- */

static const struct rule RULES[] = {
    {
        .id = "CYB-001",
        .family = "K",
        .title = "The information security certificate of who submits is valid on the day of the lot's newest record",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"IECQ ISMS", "ISO/IEC 27001"},
        .guards = "Only of a holder that has or shows such a certificate: nobody else needs one without a policy "
                  "that asks for it.",
        .check = isms_is_valid,
    },
    {
        .id = "CYB-003",
        .family = "K",
        .title = "A programmable part on a network reaches the security level that the programme needs",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"IEC 62443-4-2", "IECEE OD-2037"},
        .guards = "Each of the seven foundational requirements by itself, never one number for all; only valid certificates of "
                  "the maker for this part, of which the best counts; without any it is not evaluated, unless a policy "
                  "requires one; not in programmes said to be on no network.",
        .parameters = {{"certificateRequired", 0, "0 or 1"}},
        .check = levels_are_reached,
    },
    {
        .id = "CYB-004",
        .family = "K",
        .title = "A certificate of a part refers to the security profile that the programme asks for",
        .severity = SEV_LOW,
        .version = 1,
        .refs = {"IECEE OD-2037", "IEC 62443-4-2"},
        .guards = "The field for additional information is free text: all words of the profile's name will do, in any order, "
                  "with whatever marks and publisher; a certificate of which that field is not recorded is not evaluated, "
                  "and one certificate that names the profile is enough.",
        .check = profiles_are_named,
    },
    {
        .id = "CYB-005",
        .family = "K",
        .title = "An IECEx certificate that rests on an IECEE certificate is a unit verification",
        .severity = SEV_MEDIUM,
        .version = 1,
        .refs = {"IECEx 02", "IECEE OD-2037", "IEC 62443-4-2"},
        .guards = "Certificates of the maker whose product is this part; the position of the schemes in 2019, "
                  "which the parameter switches off.",
        .parameters = {{"enabled", 1, "0 or 1"}},
        .check = derived_certificates_fit,
    },
};

const struct rule_family CYBER_RULES = {RULES, LENGTH(RULES)};
