/* scalar - see the header. */
#include "scalar.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/model/party.h"
#include "pedigree/model/unicode.h"

#include <string.h>

enum { TEXT_MAX = 1024, NOTE_MAX = 4096, CODE_MAX = 128, DECIMAL_MAX = 40 };

static bool say(const char **why, const char *text)
{
    *why = text;
    return false;
}

/* UTF-8 control characters: C0 but those allowed, DEL, C1. */
static bool has_control(const char *s, const char *allowed)
{
    for (const unsigned char *c = (const unsigned char *)s; *c; c++) {
        if (*c < 0x20 && !strchr(allowed, *c))
            return true;
        if (*c == 0x7f || (*c == 0xc2 && c[1] < 0xa0))
            return true;
    }
    return false;
}

static size_t characters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

static bool text_is_fine(const char *s, const char **why)
{
    if (unicode_is_blank(s))
        return say(why, "is empty; leave the member out if there is nothing to say");
    if (characters(s) > TEXT_MAX)
        return say(why, "is longer than 1024 characters");
    if (strpbrk(s, "\r\n"))
        return say(why, "holds a line end; a text here is one line");
    return !has_control(s, "") ||
           say(why, "holds a control character; only `labels` may");
}

static bool note_is_fine(const char *s, const char **why)
{
    if (strlen(s) > NOTE_MAX)
        return say(why, "is longer than 4 KiB");
    return !has_control(s, "\t\r\n") ||
           say(why, "holds a control character; only `labels` may");
}

static bool label_is_fine(const char *s, const char **why)
{
    if (unicode_is_blank(s))
        return say(why, "is empty; a label is the raw payload of its 2D code");
    if (strlen(s) > NOTE_MAX)
        return say(why, "is longer than 4 KiB");
    return !has_control(s, "\x04\x1d\x1e\t\r\n") ||
           say(why,
               "holds a control character that no label has; RS, GS and EOT are fine");
}

static bool code_is_fine(const char *s, const char **why)
{
    if (unicode_is_blank(s))
        return say(why, "is empty; a code has 1 to 128 characters");
    if (characters(s) > CODE_MAX)
        return say(why, "is longer than 128 characters");
    return !has_control(s, "") ||
           say(why, "holds a control character or a line end; a code has none");
}

static bool maker_is_fine(const char *s, const char **why)
{
    if (!text_is_fine(s, why))
        return false;
    for (size_t i = 0; i < PARTY_SCHEMES_LEN; i++) {
        size_t n = strlen(PARTY_SCHEMES[i]);
        if (strncmp(s, PARTY_SCHEMES[i], n) == 0 && s[n] == ':')
            return party_is_valid(s, why);
    }
    return true;
}

static bool party_is_fine(const char *s, const char **why)
{
    return party_is_valid(s, why) && text_is_fine(s, why);
}

static bool country_is_fine(const char *s, const char **why)
{
    return code_is_country(s) || say(why, "is no country; ISO 3166-1 alpha-2 in capitals "
                                          "would be right, or AA for mixed");
}

static bool decimal_is_fine(const char *s, const char **why)
{
    static const char *const RIGHT = "is no decimal number; \"11.20\" would be right";
    size_t whole = strspn(s, "0123456789");
    size_t cents = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
    size_t len = whole + (s[whole] == '.') + cents;
    if (whole == 0 || s[len] || (s[whole] == '.' && cents == 0) || len > DECIMAL_MAX)
        return say(why, RIGHT);
    return whole == 1 || s[0] != '0' || say(why, "begins with a needless 0");
}

static bool sha256_is_fine(const char *s, const char **why)
{
    return (strlen(s) == 64 && s[strspn(s, "0123456789abcdef")] == '\0') ||
           say(why, "is no SHA-256; 64 lower-case hex digits would be right");
}

static bool currency_is_fine(const char *s, const char **why)
{
    return code_is_currency(s) ||
           say(why,
               "is no currency; three capitals of ISO 4217 would be right, as in USD");
}

static bool when_is_fine(const char *s, const char **why)
{
    struct when w;
    return when_parse(s, &w) || say(why, "is no time of the years 1900 to 2199; "
                                         "2026-11-24T10:00:00Z (or an offset), "
                                         "2026-11-24, 2026-11 or 2026 would be right");
}

bool scalar_is(enum kind kind, const char *s, const char **why)
{
    switch (kind) {
    case KIND_TEXT:
    case KIND_SCALAR:
        return text_is_fine(s, why);
    case KIND_NOTE:
        return note_is_fine(s, why);
    case KIND_LABEL:
        return label_is_fine(s, why);
    case KIND_CODE:
    case KIND_PART_KEY:
    case KIND_RECORD:
        return code_is_fine(s, why);
    case KIND_WHEN:
        return when_is_fine(s, why);
    case KIND_COUNTRY:
        return country_is_fine(s, why);
    case KIND_PARTY:
        return party_is_fine(s, why);
    case KIND_MAKER:
    case KIND_MAKER_WRITTEN:
        return maker_is_fine(s, why);
    case KIND_DECIMAL:
        return decimal_is_fine(s, why);
    case KIND_SHA256:
        return sha256_is_fine(s, why);
    case KIND_CURRENCY:
        return currency_is_fine(s, why);
    case KIND_WORD: /* its list is the member's */
    case KIND_ANY:
        return true;
    case KIND_QUANTITY:
    case KIND_COUNT:
    case KIND_INTEGER:
    case KIND_BOOL:
    case KIND_PART:
    case KIND_OBJECT:
        break;
    }
    return say(why, "is a text, which is not right here");
}

bool scalar_in_range(enum kind kind, int64_t value, const char **why)
{
    if (value > QUANTITY_MAX || value < -QUANTITY_MAX)
        return say(why, "is past 2^53");
    if (kind == KIND_QUANTITY && value < 1)
        return say(why, "is less than 1; quantities are whole pieces, at least one");
    return kind == KIND_INTEGER || value >= 0 ||
           say(why, "is negative; 0 or more would be right");
}
