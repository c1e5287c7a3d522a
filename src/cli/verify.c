/* verify - pedigree verify: which form is asked for, and what is told in the end.  See the header. */
#include "verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- what was found out ---- */

__attribute__((format(printf, 4, 0))) static void tell(struct verdict *v, enum ink colour, const char *word, const char *fmt, va_list ap)
{
    const struct session *s = v->session;
    const char *said = screen_clean(s->arena, arena_vprintf(s->arena, fmt, ap));
    text_addf(&v->told, "%s%s:%s %s\n", session_ink(s, colour), word, session_ink(s, INK_PLAIN), said);
}

void verdict_proved(struct verdict *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    tell(v, INK_GREEN, "proved", fmt, ap);
    va_end(ap);
}

void verdict_open(struct verdict *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    tell(v, INK_DIM, "not proved", fmt, ap);
    va_end(ap);
}

bool verdict_refuted(struct verdict *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    tell(v, INK_RED, "refuted", fmt, ap);
    va_end(ap);
    v->is_refuted = true;
    return false;
}

bool verdict_unknown(struct verdict *v, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    tell(v, INK_YELLOW, "cannot tell", fmt, ap);
    va_end(ap);
    v->is_unknown = true;
    return false;
}

static enum exit_status status_of(const struct verdict *v)
{
    return v->is_refuted ? STATUS_REFUSED : v->is_unknown ? STATUS_UNREACHABLE : STATUS_FINE;
}

/* ---- the forms ---- */

enum { TAKES_MAX = 3 };
static const struct form {
    enum option_id asked; /* the option that asks for it; OPT_NONE: words do */
    size_t words_min, words_max;
    enum option_id takes[TAKES_MAX]; /* beside the keys */
    const char *usage;
    verify_fn *run;
} FORMS[] = {
    {OPT_CHECKPOINT, 0, 0, {OPT_OLDER, OPT_CONSISTENCY}, "--checkpoint NEWER --older OLDER --consistency PROOF", verify_growth},
    {OPT_LOG, 0, 0, {OPT_OLDER}, "--log DIR|URL [--older OLDER]", verify_log},
    {OPT_NONE, 1, 1, {OPT_NONE}, "FILE", verify_pedigree}, /* for a word that stands alone */
    {OPT_NONE, 1, 2, {OPT_COMMITMENT, OPT_SIGNER}, "RECEIPT RECORD [--signer FILE], or RECEIPT --commitment HEX", verify_receipt},
};
static const enum option_id OF_FORMS[] = {OPT_CHECKPOINT, OPT_LOG, OPT_OLDER, OPT_CONSISTENCY, OPT_COMMITMENT, OPT_SIGNER};

static bool form_takes(const struct form *f, enum option_id id)
{
    for (size_t i = 0; i < TAKES_MAX; i++)
        if (f->takes[i] == id)
            return true;
    return f->asked == id;
}

static const struct form *form_of(const struct args *args, struct error *err)
{
    const struct form *f = FORMS;
    bool is_alone = args->words_len == 1 && !args->values[OPT_COMMITMENT];
    while (f->asked != OPT_NONE && !args->values[f->asked])
        f++;
    if (f->asked == OPT_NONE && !is_alone)
        f++;
    for (size_t i = 0; i < LENGTH(OF_FORMS); i++)
        if (args->values[OF_FORMS[i]] && !form_takes(f, OF_FORMS[i])) {
            error_at(err, ERR_INVALID, OPTIONS[OF_FORMS[i]].name, "does not go with this: pedigree verify %s", f->usage);
            return NULL;
        }
    if (args->words_len < f->words_min || args->words_len > f->words_max) {
        error_set(err, ERR_INVALID, "usage: pedigree verify %s, with --key VKEY; see pedigree verify --help", f->usage);
        return NULL;
    }
    return f;
}

enum exit_status command_verify(struct session *s)
{
    struct error err = {0};
    struct trust trust = {0};
    struct verdict v = {.session = s, .told = text_new(s->arena)};
    const struct form *f = form_of(&s->args, &err);
    if (!f || !trust_load(s, &trust, &err))
        return say_error(&err);
    f->run(&v, &trust, &err);
    if (err.code != ERR_OK)
        return say_error(&err);
    fputs(text_str(&v.told), stdout);
    return status_of(&v);
}
