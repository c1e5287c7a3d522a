/* cyber - family K: information security of who submits, security certificates of the part. */
#include "family.h"

#include "pedigree/base/text.h"

#include <string.h>

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
