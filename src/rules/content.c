/* content - family K: what programmable parts hold. */
#include "family.h"

#include "pedigree/base/text.h"

#include <string.h>
#include <strings.h>

/* ---- CYB-006 ---- */

static bool is_programmable(const struct facts *f)
{
    return f->spec->programmable.value == YES || f->spec->content_hash.value || f->goods.content ||
           f->goods.programmed_seq != NONE;
}

/* Hashes are written in either case, and with or without their name where that is the same. */
static bool same_hash(const char *a, const char *b)
{
    const char *x = strrchr(a, ':'), *y = strrchr(b, ':');
    if (x && y && (x - a != y - b || strncasecmp(a, b, (size_t)(x - a)) != 0))
        return false;
    return strcasecmp(x ? x + 1 : a, y ? y + 1 : b) == 0;
}

/* What should be in the pieces on that day; NULL: nothing, or nobody knows what. */
static const char *expected_content(const struct facts *f, int32_t day, int64_t *seq)
{
    if (f->goods.programmed_seq != NONE && day < f->goods.programmed) {
        *seq = f->spec->content_hash.seq;
        return f->spec->content_hash.value;
    }
    bool own = f->goods.content != NULL;
    *seq = own ? f->description_seq : f->spec->content_hash.seq;
    return own ? f->goods.content : f->spec->content_hash.value;
}

static bool is_programmed(const struct facts *f, int32_t day)
{
    return f->goods.programmed_seq != NONE && day >= f->goods.programmed;
}

static void read_out(const struct rule *self, const struct facts *f, const struct inspection_fact *i,
                     const struct method *m, struct findings *out)
{
    const char *subject = arena_printf(out->arena, "inspection %s", i->key);
    int64_t seq = NONE;
    const char *expected = expected_content(f, i->day_last, &seq);
    enum severity severity = i->binding ? SEV_HIGH : SEV_INFO;
    if (m->content_hash && expected && !same_hash(m->content_hash, expected))
        rule_fail(out, self, subject, severity, NO_DAY, SEQS(i->seq, seq),
                  json_pack("{s:s, s:s}", "found", m->content_hash, "expected", expected),
                  "The program that was read out is not the one that the parts should hold.");
    else if (m->blank.given && m->blank.value && (expected || is_programmed(f, i->day_last)))
        rule_fail(out, self, subject, severity, NO_DAY, SEQS(i->seq, seq, f->goods.programmed_seq),
                  json_pack("{s:b, s:s*}", "blank", true, "expected", expected),
                  "Parts that should hold a program were found blank.");
    else if (((m->blank.given && !m->blank.value) || m->content_hash) && !expected &&
             !is_programmed(f, i->day_last))
        rule_fail(out, self, subject, severity, NO_DAY, SEQS(i->seq),
                  json_pack("{s:b, s:s*}", "blank", false, "found", m->content_hash),
                  "Parts that nobody records to have programmed were found not to be blank: an indicator "
                  "of earlier use.");
    else if (m->blank.given && !m->blank.value && !m->content_hash)
        rule_unknown(out, self, subject, "the hash of what was read out");
    else if (m->content_hash && !expected)
        rule_unknown(out, self, subject, "the hash of the program that they should hold");
    else
        rule_pass(out, self, subject);
}

/* Who programs a part that comes with a program puts another one in. */
static bool declares_other(const struct facts *f)
{
    return f->goods.content_stated && f->spec->content_hash.value && f->goods.programmed_seq == NONE &&
           !same_hash(f->goods.content, f->spec->content_hash.value);
}

static void content_is_known(const struct rule *self, const struct facts *f, struct findings *out)
{
    bool any = false;
    if (!f->described || !is_programmable(f))
        return;
    if (declares_other(f)) {
        any = true;
        rule_fail(out, self, "content", SEV_HIGH, NO_DAY,
                  SEQS(f->description_seq, f->spec->content_hash.seq),
                  json_pack("{s:s, s:s}", "declared", f->goods.content, "manufacturer",
                            f->spec->content_hash.value),
                  "The program that these parts are said to hold is not the manufacturer's, and nobody "
                  "records to have programmed them.");
    }
    for (size_t i = 0; i < f->inspections_len; i++)
        for (size_t k = 0; k < f->inspections[i].record->methods_len; k++) {
            const struct method *m = &f->inspections[i].record->methods[k];
            if (!m->content_hash && !m->blank.given)
                continue;
            any = true;
            read_out(self, f, &f->inspections[i], m, out);
        }
    if (!any)
        rule_unknown(out, self, "content", "a blank check, or the program read out");
}

static const struct rule RULES[] = {
    {
        .id = "CYB-006",
        .family = "K",
        .title = "Programmable parts are blank, or hold the program that they should",
        .severity = SEV_HIGH,
        .version = 1,
        .refs = {"SAE AS6171", "CycloneDX HBOM"},
        .guards = "Parts of which a transformation records that they were programmed hold what that says "
                  "from its day on; what the manufacturer programs is its own reference; the word of one "
                  "who may not speak for these goods is a note.",
        .check = content_is_known,
    },
};

const struct rule_family CONTENT_RULES = {RULES, LENGTH(RULES)};
