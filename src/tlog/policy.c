/* policy - see the header. */
#include "pedigree/tlog/policy.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"

#include <stdlib.h>
#include <string.h>

#define NONE "none"

struct reading {
    struct arena *arena;
    struct policy *policy;
    const char *words[POLICY_NAMES + 3];
    size_t words_len;
};

/* ---- what is there ---- */

static struct policy_name *find(const struct policy *p, const char *name)
{
    for (size_t i = 0; i < p->names_len; i++)
        if (strcmp(p->names[i].name, name) == 0)
            return &p->names[i];
    return NULL;
}

static bool is_same_key(const struct note_verifier *a, const struct note_verifier *b)
{
    return memcmp(a->key, b->key, ED25519_KEY) == 0;
}

static struct policy_name *define(struct reading *r, const char *name, struct error *err)
{
    struct policy *p = r->policy;
    if (strcmp(name, NONE) == 0 || find(p, name)) {
        error_set(err, ERR_INVALID, "defines \"%.80s\", which is %s", name, strcmp(name, NONE) == 0 ? "a word of its own" : "there already");
        return NULL;
    }
    if (p->names_len == POLICY_NAMES) {
        error_set(err, ERR_INVALID, "is one too many: at most %d witnesses and groups", POLICY_NAMES);
        return NULL;
    }
    p->names[p->names_len] = (struct policy_name){.name = arena_strdup(r->arena, name)};
    return &p->names[p->names_len];
}

static const char *word(const struct reading *r, size_t i)
{
    return i < r->words_len ? arena_strdup(r->arena, r->words[i]) : NULL;
}

/* ---- the kinds of lines ---- */

static bool take_log(struct reading *r, struct error *err)
{
    struct policy *p = r->policy;
    struct note_verifier v;
    if (p->logs_len == POLICY_LOGS)
        return error_set(err, ERR_INVALID, "is one too many: at most %d logs", POLICY_LOGS);
    if (!note_verifier_parse(r->words[1], &v, err))
        return false;
    if (v.type != NOTE_ED25519)
        return error_set(err, ERR_INVALID, "names a cosigner's key, and none of a log");
    for (size_t i = 0; i < p->logs_len; i++)
        if (is_same_key(&p->logs[i].verifier, &v))
            return error_set(err, ERR_INVALID, "names a log's key that is there already");
    p->logs[p->logs_len++] = (struct policy_log){v, word(r, 2)};
    return true;
}

static bool take_witness(struct reading *r, struct error *err)
{
    struct policy *p = r->policy;
    struct note_verifier v;
    struct policy_name *w = define(r, r->words[1], err);
    if (!w || !note_verifier_parse(r->words[2], &v, err))
        return false;
    if (v.type != NOTE_COSIGNATURE)
        return error_set(err, ERR_INVALID, "names a log's key (type %d): a witness has one of type %d", v.type, NOTE_COSIGNATURE);
    for (size_t i = 0; i < p->names_len; i++)
        if (!p->names[i].is_group && is_same_key(&p->names[i].verifier, &v))
            return error_set(err, ERR_INVALID, "names a witness's key that is there already");
    w->verifier = v;
    w->url = word(r, 3);
    p->names_len++;
    return true;
}

/* all, any, or a decimal number up to n; 0: none of these. */
static size_t needed(const char *said, size_t n)
{
    char *end;
    if (strcmp(said, "all") == 0)
        return n;
    if (strcmp(said, "any") == 0)
        return 1;
    unsigned long k = said[0] >= '1' && said[0] <= '9' ? strtoul(said, &end, 10) : 0;
    return k > 0 && *end == '\0' && k <= n ? k : 0;
}

static bool take_group(struct reading *r, struct error *err)
{
    struct policy *p = r->policy;
    struct policy_name *g = define(r, r->words[1], err);
    if (!g)
        return false;
    size_t n = r->words_len - 3, *members = ARENA_ARRAY(r->arena, size_t, n);
    for (size_t i = 0; i < n; i++) {
        struct policy_name *m = find(p, r->words[i + 3]);
        if (!m)
            return error_set(err, ERR_INVALID, "names \"%.80s\", which no line before it defines", r->words[i + 3]);
        if (m->has_group)
            return error_set(err, ERR_INVALID, "names \"%.80s\", which is a member of a group already", r->words[i + 3]);
        m->has_group = true;
        members[i] = (size_t)(m - p->names);
    }
    g->is_group = true;
    g->needed = needed(r->words[2], n);
    g->members = members;
    g->members_len = n;
    p->names_len++;
    return g->needed > 0 || error_set(err, ERR_INVALID, "says neither all, nor any, nor a number from 1 to %zu", n);
}

static bool take_quorum(struct reading *r, struct error *err)
{
    struct policy *p = r->policy;
    if (p->has_quorum)
        return error_set(err, ERR_INVALID, "is a second quorum");
    p->has_quorum = true;
    if (strcmp(r->words[1], NONE) == 0)
        return true;
    p->quorum = find(p, r->words[1]);
    return p->quorum || error_set(err, ERR_INVALID, "names \"%.80s\", which no line before it defines", r->words[1]);
}

/* clang-format off */
static const struct {
    const char *word;
    size_t least, most; /* words of the line */
    bool (*take)(struct reading *r, struct error *err);
    const char *shape;
} KINDS[] = {
    {"log",     2, 3, take_log, "log VERIFIER-KEY [URL]"},
    {"witness", 3, 4, take_witness, "witness NAME VERIFIER-KEY [URL]"},
    {"group",   4, POLICY_NAMES + 3, take_group, "group NAME all|any|NUMBER NAME..."},
    {"quorum",  2, 2, take_quorum, "quorum NAME, or quorum none"},
};
/* clang-format on */

/* ---- lines ---- */

static bool take_words(struct reading *r, struct error *err)
{
    for (size_t i = 0; i < LENGTH(KINDS); i++) {
        if (strcmp(r->words[0], KINDS[i].word) != 0)
            continue;
        if (r->words_len < KINDS[i].least || r->words_len > KINDS[i].most)
            return error_set(err, ERR_INVALID, "is read as: %s", KINDS[i].shape);
        return KINDS[i].take(r, err);
    }
    return error_set(err, ERR_INVALID, "begins with \"%.60s\", and not with log, witness, group or quorum", r->words[0]);
}

/* Tabs and blanks part words; other control characters are none of a policy's. */
static bool take_line(struct reading *r, char *line, struct error *err)
{
    static const char BLANKS[] = " \t";
    for (const char *at = line; *at; at++)
        if (((unsigned char)*at < ' ' && *at != '\t') || *at == 0x7f)
            return error_set(err, ERR_INVALID, "holds a control character");
    char *state, *at = line + strspn(line, BLANKS);
    r->words_len = 0;
    if (*at == '\0' || *at == '#')
        return true;
    for (char *w = strtok_r(at, BLANKS, &state); w; w = strtok_r(NULL, BLANKS, &state)) {
        if (r->words_len == LENGTH(r->words))
            return error_set(err, ERR_INVALID, "has too many words");
        r->words[r->words_len++] = w;
    }
    return take_words(r, err);
}

static bool take_bytes(struct reading *r, const char *at, size_t len, struct error *err)
{
    if (len >= POLICY_LINE || memchr(at, '\0', len))
        return error_set(err, ERR_INVALID, "is longer than %d bytes, or holds a NUL", POLICY_LINE - 1);
    return take_line(r, arena_strndup(r->arena, at, len), err);
}

bool policy_parse(struct arena *a, const char *text, size_t len, struct policy *out, struct error *err)
{
    struct reading *r = ARENA_NEW(a, struct reading);
    *out = (struct policy){.logs = ARENA_ARRAY(a, struct policy_log, POLICY_LOGS),
                           .names = ARENA_ARRAY(a, struct policy_name, POLICY_NAMES)};
    r->arena = a;
    r->policy = out;
    if (len > POLICY_MAX)
        return error_set(err, ERR_INVALID, "it is longer than %d bytes", POLICY_MAX);
    int line = 0;
    for (size_t at = 0; at < len;) {
        const char *stop = memchr(text + at, '\n', len - at);
        size_t width = stop ? (size_t)(stop - text) - at : len - at;
        struct error why = {0};
        line++;
        if (!take_bytes(r, text + at, width, &why))
            return error_set(err, ERR_INVALID, "line %d %s", line, why.detail);
        at += width + 1;
    }
    return true;
}

/* ---- who cosigned ---- */

bool policy_is_met(const struct policy *p, const struct note *n, size_t *cosigned)
{
    bool has[POLICY_NAMES] = {false}, is_forged = false;
    size_t count = 0;
    for (size_t i = 0; i < p->names_len; i++) { /* members come before their group */
        const struct policy_name *name = &p->names[i];
        enum note_verdict verdict = name->is_group ? NOTE_NOT_SIGNED : note_verify(n, &name->verifier, NULL);
        size_t members = 0;
        for (size_t m = 0; m < name->members_len; m++)
            members += has[name->members[m]];
        is_forged |= verdict == NOTE_FORGED;
        has[i] = name->is_group ? members >= name->needed : verdict == NOTE_SIGNED;
        count += verdict == NOTE_SIGNED;
    }
    if (cosigned)
        *cosigned = count;
    return !is_forged && (!p->quorum || has[p->quorum - p->names]);
}
