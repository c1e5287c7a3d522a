/* test_codec - what decodes, what does not and why, and that many records come apart. */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int reset(void **state)
{
    (void)state;
    arena_reset(&arena);
    return 0;
}

/* ---- what is wrong is said where it is ---- */

#define HEAD "\"type\":\"received\",\"time\":\"2024-08-01\","
#define PART_OK "\"part\":{\"manufacturer\":\"TI\",\"mpn\":\"LM317\"}"
#define LOT_OK "\"lot\":{\"code\":\"R-1\"," PART_OK ",\"quantity\":3}"
#define SHIP "\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\"R-1\",\"quantity\":1"

/* clang-format off */
static const struct fault {
    const char *label, *json, *where, *detail; /* detail: a piece of it */
} FAULTS[] = {
    {"a record is an object", "[1]", "", "a record is a JSON object, this is a list"},
    {"not JSON", "{\"type\":", "", "not JSON at line 1"},
    {"bytes behind the record", "{" HEAD LOT_OK "} x", "", "end of file expected"},
    {"a key twice", "{\"type\":\"a\",\"type\":\"b\"}", "", "duplicate object key"},
    {"bad UTF-8", "{\"type\":\"\xff\"}", "", "not JSON"},
    {"no type", "{\"time\":\"2024\"}", "/type", "\"type\" is missing"},
    {"type misspelt", "{\"type\":\"recieved\"}", "/type", "did you mean \"received\"?"},
    {"redacted is not submitted", "{\"type\":\"redacted\"}", "/type", "pedigreed redact"},
    {"no time", "{\"type\":\"received\"," LOT_OK "}", "/time", "\"time\" is missing"},
    {"wrong time", "{\"type\":\"received\",\"time\":\"1.8.2024\"," LOT_OK "}", "/time", "is no time"},
    {"unknown member named", "{" SHIP ",\"quanity\":3}", "/quanity", "unknown member \"quanity\"; did you mean \"quantity\"?"},
    {"unknown member far from all", "{" SHIP ",\"zzzzzz\":3}", "/zzzzzz", "\"extensions\""},
    {"pointer escapes", "{" SHIP ",\"a/b~c\":3}", "/a~1b~0c", "unknown member"},
    {"nested unknown member", "{" HEAD "\"lot\":{\"code\":\"R\",\"mpm\":1}}", "/lot/mpm", "unknown member"},
    {"lot without part", "{" HEAD "\"lot\":{\"code\":\"R-1\",\"quantity\":3}}", "/lot/part", "\"part\" is missing"},
    {"lot as a code where described", "{" HEAD "\"lot\":\"R-1\"}", "/lot", "is a text; an object would be right"},
    {"part without mpn", "{" HEAD "\"lot\":{\"code\":\"R\",\"part\":{\"manufacturer\":\"TI\"},\"quantity\":3}}", "/lot/part/mpn", "missing"},
    {"float", "{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK ",\"quantity\":3.5}}", "/lot/quantity", "numbers are whole"},
    {"float under extensions", "{" SHIP ",\"extensions\":{\"a\":[1,2.5]}}", "/extensions/a/1", "numbers are whole"},
    {"NUL under extensions", "{" SHIP ",\"extensions\":{\"a\":\"x\\u0000y\"}}", "/extensions/a", "NUL"},
    {"past 2^53", "{" SHIP ",\"extensions\":9007199254740993}", "/extensions", "past 2^53"},
    {"past 2^63", "{" SHIP ",\"extensions\":99999999999999999999}", "", "past 2^53"},
    {"no pieces", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\"R\",\"quantity\":0}", "/quantity", "at least one"},
    {"quantity as text", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\"R\",\"quantity\":\"5\"}", "/quantity", "a whole number would be right"},
    {"negative count", "{\"type\":\"counted\",\"time\":\"2024\",\"lot\":\"R\",\"quantity\":-1}", "/quantity", "is negative"},
    {"null", "{" SHIP ",\"note\":null}", "/note", "leave the member out"},
    {"date code item", "{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK ",\"quantity\":3,\"dateCodes\":[{\"code\":7}]}}", "/lot/dateCodes/0/code", "a text would be right"},
    {"empty code", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\" \",\"quantity\":1}", "/lot", "1 to 128"},
    {"word not known", "{" SHIP ",\"reason\":\"gift\"}", "/reason", "sale, sample"},
    {"word misspelt", "{" SHIP ",\"reason\":\"retrun\"}", "/reason", "did you mean \"return\"?"},
    {"party", "{" SHIP ",\"buyer\":\"acme\"}", "/buyer", "scheme:value"},
    {"cage", "{" SHIP ",\"buyer\":\"cage:12\"}", "/buyer", "five letters or digits"},
    {"country", "{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK ",\"quantity\":3,\"madeIn\":\"de\"}}", "/lot/madeIn", "ISO 3166-1"},
    {"price is text", "{" HEAD LOT_OK ",\"price\":{\"amount\":3,\"currency\":\"USD\"}}", "/price/amount", "a text would be right"},
    {"sha256", "{" SHIP ",\"documents\":[{\"kind\":\"coc\",\"sha256\":\"AB\"}]}", "/documents/0/sha256", "64 lower-case"},
    {"control character", "{" SHIP ",\"site\":\"a\\u001db\"}", "/site", "control character"},
    {"no inputs", "{\"type\":\"transformed\",\"time\":\"2024\",\"how\":\"split\",\"inputs\":[],\"outputs\":[]}", "/inputs", "at least 1"},
    {"nothing authorized", "{\"type\":\"authorization\",\"time\":\"2024\",\"holder\":\"cage:1ABC5\",\"kind\":\"franchised\"}", "/manufacturer", "unless \"by\""},
    {"a notice's part", "{\"type\":\"notice\",\"time\":\"2024\",\"kind\":\"PCN\",\"manufacturer\":\"TI\",\"number\":\"1\",\"parts\":[{}]}", "/parts/0", "names no part"},
    {"an empty answer", "{\"type\":\"verified\",\"time\":\"2024\",\"of\":{},\"answer\":\"ours\"}", "/of", "is empty"},
    {"scope is misspelt", "{\"type\":\"authorization\",\"time\":\"2024\",\"by\":\"cage:1ABC5\",\"holder\":\"cage:1ABC5\",\"kind\":\"franchised\",\"scope\":{\"partz\":[]}}", "/scope/partz", "did you mean \"parts\"?"},
};
/* clang-format on */

static void test_fault(void **state)
{
    const struct fault *f = &FAULTS[(size_t)(uintptr_t)*state];
    struct error err = {0};
    struct decoded d;
    assert_false(record_decode(&arena, f->json, strlen(f->json), &d, &err));
    assert_string_equal(err.where, f->where);
    if (!strstr(err.detail, f->detail))
        fail_msg("\"%s\" does not say \"%s\"", err.detail, f->detail);
}

/* ---- what is right comes out as structs ---- */

static struct record *decoded(const char *json)
{
    struct error err = {0};
    struct decoded d;
    if (!record_decode(&arena, json, strlen(json), &d, &err))
        fail_msg("%s: %s: %s", json, err.where, err.detail);
    json_decref(d.record->json);
    return d.record;
}

static void test_received(void **state)
{
    (void)state;
    const struct record *r = decoded(
        "{" HEAD "\"id\":\" GR-1 \",\"lot\":{\"code\":\" R-1 \"," PART_OK
        ",\"quantity\":9007199254740992,\"dateCodes\":[\"2431\",{\"code\":\"2432\","
        "\"quantity\":4,\"traceCodes\":[\"A\"]}],\"packageIds\":[\"P1\",{\"id\":\"P2\","
        "\"quantity\":7}],\"labels\":[\"[)>\\u001e06\\u001dQ3\\u001e\\u0004\"],"
        "\"serials\":[],\"expires\":\"2026-02\",\"owner\":\"cage:1abc5\"},"
        "\"from\":{\"organisation\":\"name:CN/Hong Dark Co., Ltd.\",\"lot\":\"S-1\"},"
        "\"price\":{\"amount\":\"0.30\",\"currency\":\"USD\"},"
        "\"documents\":[{\"kind\":\"coc\",\"declares\":{\"parent\":{\"number\":\"7\"}}}]"
        "}");
    assert_int_equal(r->type, REC_RECEIVED);
    assert_string_equal(r->id, "GR-1");
    assert_string_equal(r->lot.code, "R-1");
    assert_true(r->lot.described);
    assert_true(r->lot.quantity == INT64_C(9007199254740992));
    assert_string_equal(r->lot.part.maker, "brand:ti");
    assert_string_equal(r->lot.part.key, "LM317");
    assert_int_equal(r->lot.date_codes_len, 2);
    assert_true(r->lot.date_codes[0].quantity == NONE);
    assert_int_equal(r->lot.date_codes[1].quantity, 4);
    assert_string_equal(r->lot.date_codes[1].trace_codes.at[0], "A");
    assert_int_equal(r->lot.package_ids[1].quantity, 7);
    assert_string_equal(r->lot.labels.at[0], "[)>\x1e"
                                             "06\x1dQ3\x1e\x04");
    assert_true(r->lot.serials.given && r->lot.serials.len == 0);
    assert_false(r->lot.trace_codes.given);
    assert_string_equal(r->lot.owner, "cage:1ABC5");
    assert_int_equal(r->lot.expires.last_day - r->lot.expires.first_day, 27);
    assert_true(r->from.given);
    assert_string_equal(r->from.organisation, "name:cn/hong dark");
    assert_string_equal(r->from.lots.at[0], "S-1");
    assert_false(r->to.given);
    assert_true(r->quantity == NONE && r->book == NONE);
    assert_true(r->documents[0].has_declares);
    assert_true(r->documents[0].declares.quantity == NONE);
    assert_string_equal(r->documents[0].declares.parent_number, "7");
}

static void test_lot_forms(void **state)
{
    (void)state;
    const struct record *r = decoded(
        "{\"type\":\"counted\",\"time\":\"2024\",\"lot\":\"E-1\",\"quantity\":0}");
    assert_string_equal(r->lot.code, "E-1");
    assert_false(r->lot.described);
    assert_int_equal(r->quantity, 0);
    r = decoded("{\"type\":\"inspected\",\"time\":\"2024\",\"lot\":{\"organisation\":"
                "\"cage:1ABC5\",\"code\":\"G-1\"},\"methods\":[{\"method\":\"xrf\","
                "\"sampled\":5}],\"result\":\"pass\",\"observed\":{\"finish\":\"e0\"}}");
    assert_string_equal(r->lot.code, "G-1");
    assert_string_equal(r->lot_organisation, "cage:1ABC5");
    assert_int_equal(r->methods[0].sampled, 5);
    assert_true(r->methods[0].suspect == NONE);
    assert_true(r->has_observed && r->observed.quantity == NONE);
    r = decoded(
        "{\"type\":\"transformed\",\"time\":\"2024\",\"how\":\"merge\",\"inputs\":[{"
        "\"lot\":\"A\",\"quantity\":2,\"serials\":[\"1\"]}],\"outputs\":[{\"code\":"
        "\"B\",\"quantity\":2}]}");
    assert_string_equal(r->inputs[0].of.serials.at[0], "1");
    assert_int_equal(r->outputs[0].quantity, 2);
    assert_null(r->outputs[0].part.mpn);
}

static void test_names_of_records(void **state)
{
    (void)state;
    const struct record *r =
        decoded("{\"type\":\"voided\",\"time\":\"2024\",\"record\":7,\"reason\":\"x\"}");
    assert_int_equal(r->target_seq, 7);
    assert_null(r->target_id);
    r = decoded(
        "{\"type\":\"voided\",\"time\":\"2024\",\"record\":\"a\",\"reason\":\"x\"}");
    assert_true(r->target_seq == NONE);
    assert_string_equal(r->target_id, "a");
    r = decoded("{\"type\":\"verified\",\"time\":\"2024\",\"of\":{\"record\":3},"
                "\"answer\":\"not-ours\"}");
    assert_true(r->of.has_record && !r->of.has_part);
    assert_int_equal(r->of.record_seq, 3);
}

static void test_statements(void **state)
{
    (void)state;
    const struct record *r = decoded(
        "{\"type\":\"organisation\",\"time\":\"2024\",\"organisation\":\"cage:1abc5\","
        "\"aliases\":[{\"name\":\"Texas Instruments Inc.\",\"from\":\"1951\"}],"
        "\"roles\":[],\"successorOf\":[{\"organisation\":\"cage:2abc5\"}]}");
    assert_string_equal(r->organisation->aliases[0].name, "brand:texas instruments");
    assert_true(r->organisation->has_roles && !r->organisation->has_agents);
    assert_string_equal(r->organisation->successors[0].organisation, "cage:2ABC5");
    r = decoded("{\"type\":\"authorization\",\"time\":\"2024\",\"holder\":\"cage:1ABC5\","
                "\"by\":\"cage:2ABC5\",\"kind\":\"franchised\",\"scope\":{\"parts\":["
                "\"lm-317\",{\"mpn\":\"ne 555\"}]}}");
    assert_false(r->authorization->scope_all);
    assert_string_equal(r->authorization->parts.at[0], "LM317");
    assert_string_equal(r->authorization->parts.at[1], "NE555");
    assert_string_equal(r->authorization->manufacturer, "cage:2ABC5");
    r = decoded("{\"type\":\"authorization\",\"time\":\"2024\",\"holder\":\"cage:1ABC5\","
                "\"manufacturer\":\"TI\",\"kind\":\"franchised\",\"scope\":\"MECL10K\"}");
    assert_true(r->authorization->scope_all);
    r = decoded(
        "{\"type\":\"notice\",\"time\":\"2024\",\"kind\":\"PDN\",\"number\":\"1\","
        "\"manufacturer\":\"TI\",\"parts\":[{\"manufacturer\":\"TI\",\"mpn\":\"A-1\"},"
        "{\"part\":{\"mpn\":\"A-2\"},\"lastOrder\":\"2025\"},\"A-3\"]}");
    assert_int_equal(r->notice->parts_len, 3);
    assert_string_equal(r->notice->parts[1].part.key, "A2");
    assert_string_equal(r->notice->parts[1].part.maker, "brand:ti");
    assert_string_equal(r->notice->parts[1].last_order.text, "2025");
    assert_string_equal(r->notice->parts[2].part.key, "A3");
    r = decoded(
        "{\"type\":\"alert\",\"time\":\"2024\",\"source\":\"ERAI\",\"number\":\"1\","
        "\"parts\":[\"A-3\"],\"withdrawn\":true}");
    assert_null(r->alert->parts[0].maker);
    assert_true(r->alert->withdrawn);
    r = decoded(
        "{\"type\":\"snapshot\",\"time\":\"2024\",\"source\":\"x\",\"of\":\"y\"}");
    assert_true(r->snapshot->count == NONE);
}

static void test_deep(void **state)
{
    (void)state;
    struct text t = text_new(&arena);
    text_add(&t, "{" SHIP ",\"extensions\":");
    for (int i = 0; i < 40; i++)
        text_add(&t, "[");
    for (int i = 0; i < 40; i++)
        text_add(&t, "]");
    text_add(&t, "}");
    struct error err = {0};
    struct decoded d;
    assert_false(record_decode(&arena, text_str(&t), t.len, &d, &err));
    assert_non_null(strstr(err.detail, "nested deeper"));
}

static void test_too_many_marks(void **state)
{
    (void)state;
    struct text t = text_new(&arena);
    text_add(&t,
             "{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK ",\"quantity\":3,\"traceCodes\":"
             "[\"A\"],\"serials\":[\"0\"");
    for (int i = 1; i < 10000; i++)
        text_addf(&t, ",\"%d\"", i);
    text_add(&t, "]}}");
    struct error err = {0};
    struct decoded d;
    assert_false(record_decode(&arena, text_str(&t), t.len, &d, &err));
    assert_string_equal(err.where, "/lot");
    assert_non_null(strstr(err.detail, "10001 marks"));
}

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

/* ---- main ---- */

#define ROWS(table, function)                                                            \
    for (size_t i = 0; i < LENGTH(table); i++)                                           \
        tests[n++] = (struct CMUnitTest)                                                 \
        {                                                                                \
            table[i].label, function, reset, NULL, (void *)(uintptr_t)i                  \
        }

int main(void)
{
    static const struct CMUnitTest SINGLE[] = {
        cmocka_unit_test_setup(test_received, reset),
        cmocka_unit_test_setup(test_lot_forms, reset),
        cmocka_unit_test_setup(test_names_of_records, reset),
        cmocka_unit_test_setup(test_statements, reset),
        cmocka_unit_test_setup(test_deep, reset),
        cmocka_unit_test_setup(test_too_many_marks, reset),
        cmocka_unit_test_setup(test_sequences, reset),
    };
    struct CMUnitTest tests[LENGTH(SINGLE) + LENGTH(FAULTS) + LENGTH(CANONICAL)];
    size_t n = 0;
    arena_init(&arena, 0);
    for (; n < LENGTH(SINGLE); n++)
        tests[n] = SINGLE[n];
    ROWS(FAULTS, test_fault);
    ROWS(CANONICAL, test_canonical);
    int failed = _cmocka_run_group_tests("codec", tests, n, NULL, NULL);
    arena_reset(&arena);
    return failed;
}
