/*
 * test_parts - canonical JSON and the parts that a record is committed to in: exact
 * bytes, nothing private where others see it, and nothing lost.
 */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"
#include "pedigree/tlog/commitment.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int reset(void **state)
{
    (void)state;
    arena_reset(&arena);
    return 0;
}

#define HEAD "\"type\":\"received\",\"time\":\"2024-08-01\","
#define PART_OK "\"part\":{\"manufacturer\":\"TI\",\"mpn\":\"LM317\"}"

/* ---- canonical JSON ---- */

static const struct canonical_case {
    const char *label, *json, *expect;
} CANONICAL[] = {
    {"members sort", "{\"b\":1,\"a\":[true,false,null]}",
     "{\"a\":[true,false,null],\"b\":1}"},
    {"-0 is 0", "[-0,-7]", "[0,-7]"},
    {"escapes", "[\"\\u0008\\t\\n\\f\\r\\u0001\\\"\\\\\\/\\u007f\\u20ac\"]",
     "[\"\\b\\t\\n\\f\\r\\u0001\\\"\\\\/\x7f\xe2\x82\xac\"]"},
    {"UTF-16 order",
     "{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"\\u20ac\":3,\"\\r\":4,\"1\":5}",
     "{\"\\r\":4,\"1\":5,\"\xe2\x82\xac\":3,\"\xf0\x9f\x98\x80\":2,\"\xef\xac\xb3\":1}"},
    {"prefixes", "{\"aa\":1,\"a\":2,\"\":3}", "{\"\":3,\"a\":2,\"aa\":1}"},
};

static void test_canonical(void **state)
{
    const struct canonical_case *c = &CANONICAL[(size_t)(uintptr_t)*state];
    json_t *v = json_loads(c->json, 0, NULL);
    size_t len;
    assert_string_equal(json_canonical(&arena, v, &len), c->expect);
    assert_int_equal(len, strlen(c->expect));
    json_decref(v);
}

/* Any names sort as their UTF-16 code units do (RFC 8785 3.2.3), written out once more.
 */
static size_t utf16(const char *s, uint16_t out[static 8])
{
    size_t n = 0;
    for (const unsigned char *u = (const unsigned char *)s; *u;) {
        size_t len = *u < 0x80 ? 1 : *u < 0xe0 ? 2 : *u < 0xf0 ? 3 : 4;
        uint32_t c = len == 1 ? *u : *u & (0x7fU >> len);
        for (size_t i = 1; i < len; i++)
            c = c << 6 | (u[i] & 0x3f);
        u += len;
        if (c >= 0x10000)
            out[n++] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
        out[n++] = (uint16_t)(c >= 0x10000 ? 0xdc00 + (c & 0x3ff) : c);
    }
    return n;
}

static bool is_before(const char *a, const char *b)
{
    uint16_t x[8], y[8];
    size_t m = utf16(a, x), n = utf16(b, y), i = 0;
    while (i < m && i < n && x[i] == y[i])
        i++;
    return i < m && i < n ? x[i] < y[i] : m < n;
}

static void test_members_by_utf16(void **state)
{
    (void)state;
    static const char *const STEMS[] = {
        "",       "a",      "A",      "\x7f",       "\xc2\x80",   "\u07ff",     "\u0800",
        "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff", "\U0001f600", "1"};
    json_t *object = json_object();
    for (size_t i = 0; i < LENGTH(STEMS); i++)
        for (size_t k = 0; k < LENGTH(STEMS); k++)
            json_object_set_new(object, arena_printf(&arena, "%s%s", STEMS[i], STEMS[k]),
                                json_null());
    size_t len, n = 0;
    json_t *sorted = json_loads(json_canonical(&arena, object, &len), 0, NULL);
    const char *key, *before = NULL;
    json_t *v;
    json_object_foreach(sorted, key, v) /* keeps the order it was read in */
    {
        assert_true(!before || is_before(before, key));
        before = key;
        n++;
    }
    assert_int_equal(n, json_object_size(object));
    json_decref(object);
    json_decref(sorted);
}

static json_t *any_value(unsigned *seed, int depth)
{
    static const int64_t NUMBERS[] = {0, -1, 7, INT64_C(9007199254740992),
                                      -INT64_C(9007199254740992)};
    unsigned r = *seed = *seed * 1103515245 + 12345;
    json_t *v;
    switch (depth > 20 ? r >> 16 & 3 : r >> 16 & 7) {
    case 0:
        return json_integer(NUMBERS[(r >> 20) % LENGTH(NUMBERS)]);
    case 1:
        return json_string((const char *[]){"", "\"\\/", "\x01\x1f\n", "\u20ac\U0001f600",
                                            "</script>"}[(r >> 20) % 5]);
    case 2:
        return json_boolean(r >> 20 & 1);
    case 3:
        return json_null();
    case 4:
    case 5:
        v = json_array();
        for (unsigned n = r >> 20 & 3; n-- > 0;)
            json_array_append_new(v, any_value(seed, depth + 1));
        return v;
    default:
        v = json_object();
        for (unsigned n = r >> 20 & 3; n-- > 0;)
            json_object_set_new(v, (const char *[]){"z", "a", "\u00e9", "\U0001f600"}[n],
                                any_value(seed, depth + 1));
        return v;
    }
}

/* Canonical text means the value, and is the text of the value that it means. */
static void test_any_value(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 2000; seed++) {
        unsigned s = seed;
        size_t len, again;
        json_t *v = any_value(&s, 0);
        const char *text = json_canonical(&arena, v, &len);
        json_t *read =
            json_loadb(text, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
        assert_true(json_equal(v, read));
        assert_string_equal(json_canonical(&arena, read, &again), text);
        assert_int_equal(len, again);
        json_decref(read);
        json_decref(v);
    }
}

/* ---- commitment parts ---- */

/* clang-format off */
static const struct parts_case {
    const char *label, *json;
    const char *expect[PART_ELEMENTS + 3]; /* [0] not looked at; NULL ends */
} PARTS[] = {
    {"every class",
     "{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK
     ",\"quantity\":3,\"owner\":\"cage:1ABC5\","
     "\"packageIds\":[\"P\",{\"id\":\"Q\",\"quantity\":2}]},\"from\":{\"country\":\"DE\"}"
     ","
     "\"price\":{\"amount\":\"1\",\"currency\":\"USD\"},\"reference\":{\"invoice\":\"I\","
     "\"line\":\"1\"},\"documents\":[{\"kind\":\"coc\",\"size\":1}],\"note\":\"n\","
     "\"extensions\":{\"z\":[1],\"a\":{}}}",
     {"",
      "{\"price\":{\"amount\":\"1\",\"currency\":\"USD\"},\"reference\":{\"invoice\":"
      "\"I\"}}",
      "{\"from\":{\"country\":\"DE\"},\"lot\":{\"owner\":\"cage:1ABC5\"},"
      "\"reference\":{\"line\":\"1\"}}",
      "{\"lot\":{\"packageIds\":[\"P\",{\"id\":\"Q\",\"quantity\":2}],\"quantity\":3}}",
      "{\"documents\":[{\"kind\":\"coc\",\"size\":1}]}",
      "{\"extensions\":{\"a\":{},\"z\":[1]},\"note\":\"n\"}",
      "{\"lot\":{\"code\":\"R\",\"part\":{"
      "\"manufacturer\":\"TI\",\"mpn\":\"LM317\"}},\"time\":\"2024-08-01\","
      "\"type\":\"received\"}",
      NULL}},
    {"items that are shared out",
     "{\"type\":\"inspected\",\"time\":\"2024\",\"lot\":\"R\",\"result\":\"pass\",\"methods\":["
     "{\"method\":\"xrf\",\"sampled\":3},{\"method\":\"decap\",\"sampled\":1,\"suspect\":0}],"
     "\"documents\":[{\"kind\":\"coc\"},{\"kind\":\"invoice\",\"number\":\"7\"}],"
     "\"extensions\":{}}",
     {"", "{\"documents\":[{},{\"kind\":\"invoice\",\"number\":\"7\"}]}", "{}",
      "{\"methods\":[{\"sampled\":3},{\"sampled\":1}]}",
      "{\"documents\":[{\"kind\":\"coc\"},{}]}", "{\"extensions\":{}}",
      "{\"lot\":\"R\",\"methods\":[{\"method\":\"xrf\"},{\"method\":\"decap\",\"suspect\":0}],"
      "\"result\":\"pass\",\"time\":\"2024\",\"type\":\"inspected\"}",
      NULL}},
    {"empty lists and objects",
     "{\"type\":\"described\",\"time\":\"2024\",\"lot\":{\"code\":\"R\",\"dateCodes\":[],"
     "\"packageIds\":[]},\"reference\":{},\"documents\":[]}",
     {"", "{}", "{\"reference\":{}}", "{\"lot\":{\"packageIds\":[]}}",
      "{\"documents\":[]}", "{}",
      "{\"lot\":{\"code\":\"R\",\"dateCodes\":[]},\"time\":\"2024\",\"type\":\"described\"}",
      NULL}},
    {"elements",
     "{\"type\":\"transformed\",\"time\":\"2024\",\"how\":\"split\",\"inputs\":[{\"lot\":"
     "\"A\",\"quantity\":2}],\"outputs\":[{\"code\":\"B\",\"quantity\":1}]}",
     {"", "{}", "{}", "{}", "{}", "{}",
      "{\"how\":\"split\",\"time\":\"2024\",\"type\":\"transformed\"}",
      "{\"inputs\":[{\"lot\":\"A\",\"quantity\":2}]}",
      "{\"outputs\":[{\"code\":\"B\",\"quantity\":1}]}", NULL}},
};
/* clang-format on */

static void test_parts(void **state)
{
    const struct parts_case *c = &PARTS[(size_t)(uintptr_t)*state];
    struct error err = {0};
    struct decoded d;
    assert_true(record_decode(&arena, c->json, strlen(c->json), &d, &err));
    struct parts parts = record_parts(&arena, d.record);
    size_t n = 1;
    for (; n < parts.len && c->expect[n]; n++)
        assert_string_equal(parts.at[n].at, c->expect[n]);
    assert_true(n == parts.len && !c->expect[n]);
    json_decref(d.record->json);
}

/* Merges `more` into `into`, member by member and item by item. */
static json_t *merged(json_t *into, json_t *more)
{
    const char *key;
    json_t *v;
    size_t i;
    if (!into || (json_is_object(into) && !json_is_object(more)))
        return json_incref(more);
    if (json_is_object(more) && json_is_object(into))
        json_object_foreach(more, key, v)
        {
            json_object_set_new(into, key, merged(json_object_get(into, key), v));
        }
    if (json_is_array(more) && json_is_array(into))
        json_array_foreach(more, i, v)
        {
            json_array_set_new(into, i, merged(json_array_get(into, i), v));
        }
    return json_incref(into);
}

/* The parts of a record, put together, are the record. */
static void parts_make(const struct decoded *d)
{
    struct parts parts = record_parts(&arena, d->record);
    json_t *whole = json_object();
    for (size_t i = 1; i < PART_ELEMENTS; i++) {
        json_t *part = json_loadb(parts.at[i].at, parts.at[i].len, 0, NULL);
        json_decref(merged(whole, part));
        json_decref(part);
    }
    for (size_t i = PART_ELEMENTS; i < parts.len; i++) {
        json_t *part = json_loadb(parts.at[i].at, parts.at[i].len, 0, NULL);
        const char *name = json_object_iter_key(json_object_iter(part));
        if (!json_object_get(whole, name))
            json_object_set_new(whole, name, json_array());
        json_array_extend(json_object_get(whole, name), json_object_get(part, name));
        json_decref(part);
    }
    size_t len;
    assert_string_equal(json_canonical(&arena, whole, &len), d->canonical);
    json_decref(whole);
}

/*
 * The whole of architecture 1.7 once, against another implementation:
 *
 *   salt = lambda i: sha256(b"\4" + secret + i.to_bytes(4, "big")).digest()
 *   d = [sha256(b"\3" + salt(i) + p).digest() for i, p in enumerate(parts)]
 *   sha256(b"\2" + len(d).to_bytes(4, "big") + b"".join(d)).hexdigest()
 *
 * with secret = bytes(range(32)) and parts = ENVELOPE and, in the order of enum
 * part_class:
 *   {"documents":[{"kind":"invoice","number":"7"}]}  {"id":"K"}  {}  {"documents":[{}]}
 *   {"note":"n"}  {"how":"split","time":"2024","type":"transformed"}
 *   {"inputs":[{"lot":"A","quantity":2}]}
 *   {"outputs":[{"code":"B","quantity":1}]}  {"outputs":[{"code":"C","quantity":1}]}
 */
static void test_commitment(void **state)
{
    (void)state;
    static const char JSON[] = "{\"type\":\"transformed\",\"id\":\"K\",\"time\":\"2024\","
                               "\"how\":\"split\",\"note\":\"n\","
                               "\"documents\":[{\"number\":\"7\",\"kind\":\"invoice\"}],"
                               "\"inputs\":[{\"quantity\":2,"
                               "\"lot\":\"A\"}],\"outputs\":[{\"code\":\"B\","
                               "\"quantity\":1},{\"quantity\":1,\"code\":"
                               "\"C\"}]}";
    struct error err = {0};
    struct decoded d;
    uint8_t secret[SECRET_LEN], digests[16 * SHA256_LEN], out[SHA256_LEN];
    char hex[2 * SHA256_LEN + 1];
    for (uint8_t i = 0; i < SECRET_LEN; i++)
        secret[i] = i;
    assert_true(record_decode(&arena, JSON, strlen(JSON), &d, &err));
    struct parts parts = record_parts(&arena, d.record);
    assert_int_equal(parts.len, 10);
    parts.at[PART_ENVELOPE] = (struct span){"ENVELOPE", 8};
    for (uint32_t i = 0; i < parts.len; i++)
        part_digest(secret, i, parts.at[i], digests + i * SHA256_LEN);
    commitment(digests, (uint32_t)parts.len, out);
    assert_string_equal(
        hex_encode(out, sizeof out, hex),
        "01904eaa804fc003ddccac67c2c37ed94e1ebe263b51fb5e50e9fd514c2d3b0f");
    json_decref(d.record->json);
}

/* What may not be shown to everybody who sees the rest, and the one part it is in. */

/* clang-format off */
#define ALL_OF "\"site\":\"SITE\",\"id\":\"ID\",\"note\":\"NOTE\",\"extensions\":{\"a\":\"EXTENSION\"},"                       \
               "\"reference\":{\"purchaseOrder\":\"ORDER\",\"invoice\":\"INVOICE\",\"shipment\":\"SHIPMENT\"},"    \
               "\"documents\":[{\"kind\":\"coc\",\"number\":\"PAPER\",\"declares\":{\"quantity\":777001,"               \
               "\"purchaseOrder\":\"ORDER\",\"site\":\"SITE\",\"mpn\":\"MPN\"}},{\"kind\":\"invoice\","             \
               "\"number\":\"INVOICE\"},{\"kind\":\"packing-list\",\"number\":\"SHIPMENT\"}]"
#define PRIVATE_LOT "\"lot\":{\"code\":\"CODE\",\"part\":{\"manufacturer\":\"TI\",\"mpn\":\"MPN\"},"                      \
                    "\"quantity\":777002,\"owner\":\"name:zz/partner\",\"customerPart\":\"ORDER\","                \
                    "\"serials\":[\"SERIAL\"],\"packageIds\":[\"PACKAGE\"],\"labels\":[\"LABEL\"],"                 \
                    "\"dateCodes\":[{\"code\":\"2431\",\"quantity\":777003}]}"

static const struct word {
    const char *text;
    enum part_class part;
} WORDS[] = {
    {"99.42", PART_PRICE},         {"EUR", PART_PRICE},       {"INVOICE", PART_PRICE},
    {"name:zz/partner", PART_PARTIES}, {"ORDER", PART_PARTIES}, {"SHIPMENT", PART_PARTIES},
    {"SITE", PART_PARTIES},        {"ID\"", PART_PARTIES},    {"WORK", PART_PARTIES},
    {"77700", PART_QUANTITIES},    {"SERIAL", PART_QUANTITIES}, {"PACKAGE", PART_QUANTITIES},
    {"PAPER", PART_DOCUMENTS},     {"NOTE", PART_TEXT},       {"LABEL", PART_TEXT},
    {"EXTENSION", PART_TEXT},      {"WHY", PART_TEXT},        {"CODE", PART_REST},
    {"2431", PART_REST},           {"LABORATORY", PART_REST}, {"METHOD", PART_REST},
};

static const struct private_case {
    const char *label, *json;
} PRIVATE[] = {
    {"private: received", "{\"type\":\"received\",\"time\":\"2024\"," ALL_OF "," PRIVATE_LOT ",\"ordered\":\"2023\","
     "\"price\":{\"amount\":\"99.42\",\"currency\":\"EUR\"},\"seller\":\"name:zz/partner\","
     "\"from\":{\"organisation\":\"name:zz/partner\",\"lot\":\"SHIPMENT\"}}"},
    {"private: manufactured", "{\"type\":\"manufactured\",\"time\":\"2024\"," ALL_OF "," PRIVATE_LOT ",\"lotSize\":777004}"},
    {"private: shipped", "{\"type\":\"shipped\",\"time\":\"2024\"," ALL_OF ",\"lot\":\"CODE\",\"quantity\":777005,"
     "\"to\":{\"organisation\":\"name:zz/partner\"},\"buyer\":\"name:zz/partner\",\"serials\":[\"SERIAL\"],"
     "\"packageIds\":[\"PACKAGE\"],\"dateCodes\":[\"2431\"]}"},
    {"private: counted", "{\"type\":\"counted\",\"time\":\"2024\"," ALL_OF ",\"lot\":\"CODE\",\"quantity\":777006,\"book\":777007,"
     "\"from\":{\"organisation\":\"name:zz/partner\"}}"},
    {"private: inspected", "{\"type\":\"inspected\",\"time\":\"2024\"," ALL_OF ",\"lot\":{\"organisation\":\"name:zz/partner\","
     "\"code\":\"CODE\"},\"methods\":[{\"method\":\"METHOD\",\"sampled\":777008,\"nonconforming\":777009,"
     "\"destroyed\":777000}],\"laboratory\":{\"organisation\":\"name:zz/LABORATORY\"},\"result\":\"pass\"}"},
    {"private: installed", "{\"type\":\"installed\",\"time\":\"2024\"," ALL_OF ",\"lot\":\"CODE\",\"quantity\":777010,"
     "\"into\":{\"workOrder\":\"WORK\"}}"},
    {"private: released", "{\"type\":\"released\",\"time\":\"2024\"," ALL_OF ",\"lot\":\"CODE\",\"quantity\":777011,"
     "\"reason\":\"WHY\",\"authority\":\"QA\"}"},
    {"private: verified", "{\"type\":\"verified\",\"time\":\"2024\"," ALL_OF ",\"of\":{\"document\":{\"issuer\":\"cage:1ABC5\","
     "\"number\":\"PAPER\"},\"traceCodes\":[\"CODE\"]},\"answer\":\"ours\"}"},
    {"private: offer", "{\"type\":\"offer\",\"time\":\"2024\"," ALL_OF ",\"part\":{\"manufacturer\":\"TI\",\"mpn\":\"CODE\"},"
     "\"seller\":\"name:zz/partner\",\"amount\":\"99.42\",\"currency\":\"EUR\",\"available\":777012}"},
};
/* clang-format on */

static void test_private(void **state)
{
    const struct private_case *c = &PRIVATE[(size_t)(uintptr_t)*state];
    struct error err = {0};
    struct decoded d;
    if (!record_decode(&arena, c->json, strlen(c->json), &d, &err))
        fail_msg("%s: %s", err.where, err.detail);
    struct parts parts = record_parts(&arena, d.record);
    for (size_t k = 1; k < parts.len; k++)
        for (size_t i = 0; i < LENGTH(WORDS); i++)
            if (k != WORDS[i].part && strstr(parts.at[k].at, WORDS[i].text))
                fail_msg("%s is in part %zu: %s", WORDS[i].text, k,
                         (const char *)parts.at[k].at);
    parts_make(&d);
    json_decref(d.record->json);
}

/* ---- the sequences of records the project is built on ---- */

static void decode_file(const char *path)
{
    json_error_t e;
    json_t *file = json_load_file(path, 0, &e);
    if (!file)
        fail_msg("%s: %s", path, e.text);
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(file, "records"), i, item)
    {
        struct error err = {0};
        struct decoded d, again;
        if (!record_decode_json(&arena, json_object_get(item, "record"), &d, &err))
            fail_msg("%s: record %zu: %s: %s", path, i, err.where, err.detail);
        assert_true(record_decode(&arena, d.canonical, d.canonical_len, &again, &err));
        assert_string_equal(again.canonical, d.canonical);
        parts_make(&d);
        json_decref(d.record->json);
        json_decref(again.record->json);
    }
    json_decref(file);
}

static void test_sequences(void **state)
{
    (void)state;
    static const char *const FOLDERS[] = {"../shared/data/sequences", "tests/sequences"};
    for (size_t i = 0; i < LENGTH(FOLDERS); i++) {
        DIR *dir = opendir(FOLDERS[i]);
        if (!dir) {
            print_message("skipped: no %s from here\n", FOLDERS[i]);
            continue;
        }
        for (struct dirent *e; (e = readdir(dir));)
            if (strstr(e->d_name, ".json"))
                decode_file(arena_printf(&arena, "%s/%s", FOLDERS[i], e->d_name));
        closedir(dir);
    }
}

#define ROWS(table, function)                                                            \
    for (size_t i = 0; i < LENGTH(table); i++)                                           \
        tests[n++] = (struct CMUnitTest)                                                 \
        {                                                                                \
            table[i].label, function, reset, NULL, (void *)(uintptr_t)i                  \
        }

int main(void)
{
    static const struct CMUnitTest SINGLE[] = {
        cmocka_unit_test_setup(test_sequences, reset),
        cmocka_unit_test_setup(test_commitment, reset),
        cmocka_unit_test_setup(test_members_by_utf16, reset),
        cmocka_unit_test_setup(test_any_value, reset),
    };
    struct CMUnitTest
        tests[LENGTH(SINGLE) + LENGTH(CANONICAL) + LENGTH(PARTS) + LENGTH(PRIVATE)];
    size_t n = 0;
    arena_init(&arena, 0);
    for (; n < LENGTH(SINGLE); n++)
        tests[n] = SINGLE[n];
    ROWS(CANONICAL, test_canonical);
    ROWS(PARTS, test_parts);
    ROWS(PRIVATE, test_private);
    int failed = _cmocka_run_group_tests("parts", tests, n, NULL, NULL);
    arena_reset(&arena);
    return failed;
}
