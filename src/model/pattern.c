/* pattern - see the header. */
#include "pedigree/model/pattern.h"

#include "pedigree/base/cleanup.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    PATTERN_MAX = 256,        /* bytes of the pattern */
    COMPILED_MAX = 16 * 1024, /* bytes */
    NEST_MAX = 8,             /* groups in groups */
    STEPS_MAX = 20000,        /* of matching one code; well below a millisecond */
    DEPTH_MAX = 500,
    HEAP_MAX_KIB = 64,
    PROBE_LEN = 128, /* the longest code */
};

struct pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

DEFINE_CLEANUP(pcre2_code, code, pcre2_code_free)
DEFINE_CLEANUP(pcre2_match_data, match_data, pcre2_match_data_free)
DEFINE_CLEANUP(pcre2_match_context, match_context, pcre2_match_context_free)
DEFINE_CLEANUP(pcre2_compile_context, compile_context, pcre2_compile_context_free)

/* ---- what is taken ---- */

static bool say(const char **why, const char *text)
{
    *why = text;
    return false;
}

/* Behind a class: its end, or the end of the text. */
static const char *after_class(const char *s)
{
    s += s[1] == '^' ? 2 : 1;
    s += *s == ']';
    while (*s && *s != ']')
        s += *s == '\\' && s[1] ? 2 : 1;
    return *s ? s + 1 : s;
}

static bool is_count(const char *s, bool *varies)
{
    if (*s != '{')
        return false;
    size_t low = strspn(s + 1, "0123456789");
    bool range = s[1 + low] == ',';
    size_t high = range ? strspn(s + 2 + low, "0123456789") : 0;
    if (low == 0 || s[1 + low + range + high] != '}')
        return false;
    *varies = range;
    return true;
}

/* Something that repeats a number of times that is not fixed. */
static bool is_repeat(const char *s)
{
    bool varies = false;
    return *s == '*' || *s == '+' || *s == '?' || (is_count(s, &varies) && varies);
}

/* PCRE2 knows the grammar; this only keeps out what codes do not need and what makes matching long. */
static bool is_simple(const char *text, const char **why)
{
    bool repeats[NEST_MAX + 1] = {false}; /* in the group of this depth: something does */
    size_t depth = 0;
    for (const char *s = text; *s;) {
        bool was_group = *s == ')' && depth > 0;
        bool inner = false;
        if (*s == '(' && (s[1] == '*' || (s[1] == '?' && s[2] != ':')))
            return say(why, "has a group that begins with (? or (*; (?: and ( are fine, look-around and "
                            "options are not");
        if (*s == '(') {
            if (++depth > NEST_MAX)
                return say(why, "has more than 8 groups in groups");
            repeats[depth] = false;
            s += s[1] == '?' ? 3 : 1;
            continue;
        }
        if (was_group) {
            inner = repeats[depth--];
            repeats[depth] |= inner;
        }
        if (*s == '\\' && s[1] && strchr("123456789gkKRXCEQ", s[1]))
            return say(why, "refers back, or has an escape that no code needs");
        s = *s == '[' ? after_class(s) : s + (*s == '\\' && s[1] ? 2 : 1);
        if (!is_repeat(s))
            continue;
        if (inner && *s != '?')
            return say(why, "repeats a group in which something repeats, which may take for ever; "
                            "write it without a repeat in the repeat");
        repeats[depth] |= *s != '?';
    }
    return true;
}

static pcre2_code *compiled(const char *text, pcre2_general_context *memory, const char **why)
{
    static _Thread_local char message[160];
    CLEANUP(compile_context_cleanup) pcre2_compile_context *c = pcre2_compile_context_create(memory);
    int error = 0;
    PCRE2_SIZE offset = 0;
    if (!c)
        abort();
    pcre2_set_parens_nest_limit(c, NEST_MAX);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, strlen(text),
                                     PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_CASELESS | PCRE2_UTF |
                                         PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE |
                                         PCRE2_NO_START_OPTIMIZE, /* or a probe says little */
                                     &error, &offset, c);
    if (!code) {
        PCRE2_UCHAR said[100];
        pcre2_get_error_message(error, said, sizeof said);
        snprintf(message, sizeof message, "is no pattern: %s, at character %zu", (const char *)said,
                 (size_t)offset + 1);
        *why = message;
    }
    return code;
}

static pcre2_match_context *limited(pcre2_general_context *memory)
{
    pcre2_match_context *c = pcre2_match_context_create(memory);
    if (!c)
        abort();
    pcre2_set_match_limit(c, STEPS_MAX);
    pcre2_set_depth_limit(c, DEPTH_MAX);
    pcre2_set_heap_limit(c, HEAP_MAX_KIB);
    return c;
}

static enum pattern_answer answer_of(int n)
{
    return n >= 0 ? PATTERN_FITS : n == PCRE2_ERROR_NOMATCH ? PATTERN_DIFFERS : PATTERN_GAVE_UP;
}

enum pattern_answer pattern_match(struct pattern *p, const char *code)
{
    return answer_of(pcre2_match(p->code, (PCRE2_SPTR)code, strlen(code), 0, 0, p->data, p->context));
}

/* Codes as long as they get, of each character that the pattern names: that end as it does not. */
static bool is_quick(const pcre2_code *code, const char *text)
{
    CLEANUP(match_data_cleanup) pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    CLEANUP(match_context_cleanup) pcre2_match_context *context = limited(NULL);
    struct pattern p = {(pcre2_code *)(uintptr_t)code, data, context};
    char probes[PATTERN_MAX + 16], probe[PROBE_LEN + 1];
    if (!data)
        abort();
    snprintf(probes, sizeof probes, "AZ09- .%s", text);
    for (const char *c = probes; *c; c++) {
        if (strchr(probes, *c) != c || (unsigned char)*c >= 0x80)
            continue;
        memset(probe, *c, PROBE_LEN);
        probe[PROBE_LEN] = '\0';
        for (const char *end = "A0!"; *end; end++) {
            probe[PROBE_LEN - 1] = *end;
            if (pattern_match(&p, probe) == PATTERN_GAVE_UP)
                return false;
        }
    }
    return true;
}

bool pattern_is_fine(const char *text, const char **why)
{
    if (strlen(text) > PATTERN_MAX)
        return say(why, "is longer than 256 bytes");
    if (!is_simple(text, why))
        return false;
    CLEANUP(code_cleanup) pcre2_code *code = compiled(text, NULL, why);
    size_t size = 0;
    if (!code)
        return false;
    if (pcre2_pattern_info(code, PCRE2_INFO_SIZE, &size) != 0 || size > COMPILED_MAX)
        return say(why, "is too large; smaller counts would be right");
    return is_quick(code, text) || say(why, "takes too long to match; say it with fewer repeats");
}

/* ---- in an arena ---- */

static void *arena_get(size_t size, void *arena)
{
    return arena_alloc(arena, size);
}

static void arena_keep(void *block, void *arena)
{
    (void)block;
    (void)arena;
}

struct pattern *pattern_new(struct arena *a, const char *text)
{
    const char *why;
    pcre2_general_context *memory = pcre2_general_context_create(arena_get, arena_keep, a);
    pcre2_code *code = strlen(text) > PATTERN_MAX ? NULL : compiled(text, memory, &why);
    struct pattern *p = ARENA_NEW(a, struct pattern);
    *p = (struct pattern){code, pcre2_match_data_create(1, memory), limited(memory)};
    return code ? p : NULL;
}
