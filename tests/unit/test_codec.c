/* test_codec - what decodes, what does not and why, and that many records come apart. */
#include "codec/plain.h"

#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"
#include "pedigree/codec/tree_memory.h"

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
    {"not JSON", "{\"type\":", "/type", "not JSON at line 1"},
    {"not JSON within", "{\"a\":[{},{\"b\\u002f\":[1,2,tru]}]}", "/a/1/b~1/2", "not JSON at line 1, column"},
    {"not JSON behind a text", "{\"a\":\"]\\\"}\",\"b\":{}", "/b", "not JSON"},
    {"bad UTF-8 in a name", "{\"a\":{\"\xc3(\":1}}", "/a", "not JSON"},
    {"half a surrogate", "{\"a\":{\"b\":\"\\ud800\"}}", "/a/b", "not JSON"},
    {"a key twice within", "{\"a\":[0,{\"b\":1,\"b\":2}]}", "/a/1/b", "duplicate object key"},
    {"bytes behind the record", "{" HEAD LOT_OK "} x", "", "end of file expected"},
    {"a key twice", "{\"type\":\"a\",\"type\":\"b\"}", "/type", "duplicate object key"},
    {"bad UTF-8", "{\"type\":\"\xff\"}", "/type", "not JSON"},
    {"no type", "{\"time\":\"2024\"}", "/type", "\"type\" is missing"},
    {"the member misspelt", "{\"Type\":\"shipped\",\"time\":\"2024\"}", "/Type", "unknown member \"Type\"; did you mean \"type\"?"},
    {"type in another case", "{\"time\":\"2024\",\"TYPE\":\"received\"}", "/TYPE", "unknown member \"TYPE\"; did you mean \"type\"?"},
    {"type under a longer name", "{\"mediaType\":7,\"record_type\":\"x\"}", "/record_type", "did you mean \"type\"?"},
    {"type under another name", "{\"docType\":\"x\",\"action\":\"Received\"}", "/action", "unknown member \"action\"; did you mean \"type\"?"},
    {"the member spelt alike goes first", "{\"kind\":\"part\",\"tpye\":\"x\",\"_Type\":\"x\"}", "/_Type", "did you mean \"type\"?"},
    {"type in capitals", "{\"type\":\"RECEIVED\"}", "/type", "did you mean \"received\"?"},
    {"time in capitals", "{\"type\":\"received\",\"TIME\":\"2024\"," LOT_OK "}", "/TIME", "did you mean \"time\"?"},
    {"a member in another style", "{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK ",\"TRACE_CODES\":[]}}", "/lot/TRACE_CODES", "did you mean \"traceCodes\"?"},
    {"a word in capitals", "{" SHIP ",\"reason\":\"SALE\"}", "/reason", "did you mean \"sale\"?"},
    {"a number for a text", "{" HEAD "\"lot\":{\"code\":\"R\",\"traceCodes\":[123]}}", "/lot/traceCodes/0", "a text would be right"},
    {"type misspelt", "{\"type\":\"recieved\"}", "/type", "did you mean \"received\"?"},
    {"redacted takes parts that there are", "{\"type\":\"redacted\",\"time\":\"2024\",\"record\":1,\"reason\":\"r\",\"authority\":\"a\",\"parts\":[\"prices\"]}", "/parts/0", "did you mean \"price\"?"},
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
    {"past 2^63", "{" SHIP ",\"extensions\":99999999999999999999}", "/extensions", "past 2^53"},
    {"no pieces", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\"R\",\"quantity\":0}", "/quantity", "at least one"},
    {"quantity as text", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\"R\",\"quantity\":\"5\"}", "/quantity", "a whole number would be right"},
    {"negative count", "{\"type\":\"counted\",\"time\":\"2024\",\"lot\":\"R\",\"quantity\":-1}", "/quantity", "is negative"},
    {"null", "{" SHIP ",\"note\":null}", "/note", "leave the member out"},
    {"date code item", "{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK ",\"quantity\":3,\"dateCodes\":[{\"code\":7}]}}", "/lot/dateCodes/0/code", "a text would be right"},
    {"empty code", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\" \",\"quantity\":1}", "/lot", "1 to 128"},
    {"word not known", "{" SHIP ",\"reason\":\"gift\"}", "/reason", "sale, sample"},
    {"exponent", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\"R\",\"quantity\":1e3}", "/quantity", "has a point or an exponent"},
    {"currency misspelt", "{" HEAD LOT_OK ",\"price\":{\"amount\":\"1\",\"currency\":\"USS1\"}}", "/price/currency", "ISO 4217"},
    {"currency that is none", "{" HEAD LOT_OK ",\"price\":{\"amount\":\"1\",\"currency\":\"XXX\"}}", "/price/currency", "ISO 4217"},
    {"currency of nobody", "{" HEAD LOT_OK ",\"price\":{\"amount\":\"1\",\"currency\":\"ABC\"}}", "/price/currency", "ISO 4217"},
    {"currency in small letters", "{" HEAD LOT_OK ",\"price\":{\"amount\":\"1\",\"currency\":\"usd\"}}", "/price/currency", "three capitals"},
    {"decimal comma", "{" HEAD LOT_OK ",\"price\":{\"amount\":\"1,20\",\"currency\":\"USD\"}}", "/price/amount", "\"11.20\" would be right"},
    {"negative price", "{" HEAD LOT_OK ",\"price\":{\"amount\":\"-1\",\"currency\":\"USD\"}}", "/price/amount", "is no decimal number"},
    {"no country", "{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK ",\"quantity\":3,\"madeIn\":\"XX\"}}", "/lot/madeIn", "ISO 3166-1"},
    {"a line end in a text", "{" SHIP ",\"site\":\"a\\nb\"}", "/site", "is one line"},
    {"a line end in a code", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\"a\\nb\",\"quantity\":1}", "/lot", "line end"},
    {"a code of wide spaces", "{\"type\":\"shipped\",\"time\":\"2024\",\"lot\":\"\u3000\u200b\",\"quantity\":1}", "/lot", "is empty"},
    {"a maker of nothing", "{" HEAD "\"lot\":{\"code\":\"R\",\"part\":{\"manufacturer\":\"\u00a0\",\"mpn\":\"A\"},\"quantity\":3}}", "/lot/part/manufacturer", "is empty"},
    {"a maker's id", "{" HEAD "\"lot\":{\"code\":\"R\",\"part\":{\"manufacturer\":\"cage:1\",\"mpn\":\"A\"},\"quantity\":3}}", "/lot/part/manufacturer", "is not right: a CAGE code"},
    {"a leap second at noon", "{\"type\":\"shipped\",\"time\":\"2016-12-31T12:00:60Z\",\"lot\":\"R\",\"quantity\":1}", "/time", "is no time"},
    {"a time without offset", "{\"type\":\"shipped\",\"time\":\"2016-12-31T12:00:00\",\"lot\":\"R\",\"quantity\":1}", "/time", "an offset"},
    {"the end of time", "{\"type\":\"authorization\",\"time\":\"2024\",\"by\":\"cage:1ABC5\",\"holder\":\"cage:1ABC5\",\"kind\":\"franchised\",\"to\":\"9999-12-31\"}", "/to", "1900 to 2199"},
    {"a part and a number", "{\"type\":\"notice\",\"time\":\"2024\",\"kind\":\"PCN\",\"manufacturer\":\"TI\",\"number\":\"1\",\"parts\":[{\"mpn\":\"A\",\"part\":{\"mpn\":\"B\"}}]}", "/parts/0", "names two parts"},
    {"an assembly without number", "{" HEAD LOT_OK ",\"from\":{\"assembly\":{\"part\":{\"manufacturer\":\"TI\"}}}}", "/from/assembly/part/mpn", "is missing"},
    {"told on a character's edge", "{" SHIP ",\"reason\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\u00e9z\"}", "/reason", "aaaaaaaaaaaaaaaaaaa...\" is not known"},
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

/* A pointer that has no room ends at what the member is in, never within a step. */
static void test_long_pointer(void **state)
{
    (void)state;
    struct text t = text_new(&arena);
    text_add(&t, "{" SHIP ",\"extensions\":{\"a/b\":{\"");
    for (int i = 0; i < 400; i++)
        text_add(&t, "~");
    text_add(&t, "\":0.5}}}");
    struct error err = {0};
    struct decoded d;
    assert_false(record_decode(&arena, text_str(&t), t.len, &d, &err));
    assert_string_equal(err.where, "/extensions/a~1b");
}

/* One of the codes of each list, and what records from old systems hold. */
static void test_taken(void **state)
{
    (void)state;
    static const char *const CURRENCIES[] = {"USD", "EUR", "JPY", "CNY", "DEM", "FRF",
                                             "ADP", "ZWR", "HRK", "XOF", "CHE"};
    static const char *const COUNTRIES[] = {"AA", "AD", "ZW", "DD", "SU",
                                            "YU", "TP", "CS", "ZR", "SS"};
    for (size_t i = 0; i < LENGTH(CURRENCIES); i++)
        decoded(arena_printf(
            &arena, "{" HEAD LOT_OK ",\"price\":{\"amount\":\"1\",\"currency\":\"%s\"}}",
            CURRENCIES[i]));
    for (size_t i = 0; i < LENGTH(COUNTRIES); i++)
        decoded(arena_printf(&arena, "{" HEAD LOT_OK ",\"from\":{\"country\":\"%s\"}}",
                             COUNTRIES[i]));
    assert_string_equal(
        decoded("{" HEAD "\"lot\":{\"code\":\"R\"," PART_OK ",\"quantity\":1,\"msl\":3}}")
            ->lot.msl,
        "3");
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

/* ---- many records in one body ---- */

struct told {
    struct text text;
    int left; /* pieces wanted */
};

static bool tell(void *ctx, const struct piece *p)
{
    struct told *t = ctx;
    text_addf(&t->text, "%d%s ", (int)p->line, p->single ? "s" : "");
    if (p->err)
        text_addf(&t->text, "!%s%s%s", p->err->where, *p->err->where ? " " : "",
                  p->err->detail);
    else
        text_add_n(&t->text, p->json, p->len);
    text_add(&t->text, "\n");
    return --t->left != 0;
}

/* All at once, or byte by byte: the same is told. */
static const char *told(enum body_format format, const char *body, size_t step, int left)
{
    struct told t = {text_new(&arena), left};
    struct splitter *s = splitter_new(format, tell, &t);
    size_t len = strlen(body);
    bool goes_on = true;
    for (size_t i = 0; i < len && goes_on; i += step) {
        /* a copy of its own, so that the sanitizer sees a byte read too far */
        size_t n = len - i < step ? len - i : step;
        char *copy = malloc(n);
        memcpy(copy, body + i, n);
        goes_on = splitter_feed(s, copy, n);
        free(copy);
    }
    if (goes_on)
        splitter_finish(s);
    splitter_free(s);
    return text_str(&t.text);
}

#define H2 "type,lot,quantity\n"
#define PCN(master, rest, items)                                                         \
    "<PCNbody><masterData><pcnNumber>P-1</pcnNumber><pcnMfrName>Contoso</pcnMfrName>"    \
    "<pcnIssueDate>2024-03-05</pcnIssueDate>" master "</masterData>" rest                \
    "<ItemNumbers>" items "</ItemNumbers></PCNbody>"
#define ITEM(number, changes)                                                            \
    "<ItemNumber><itemMfrNumber>" number "</itemMfrNumber><itemChanges>" changes         \
    "</itemChanges></ItemNumber>"
#define CHANGE(type) "<itemChange itemChangeType=\"" type "\"/>"
#define DEEP(tag) tag tag tag tag tag tag tag tag tag tag tag tag tag tag tag tag tag tag \
    tag tag tag tag tag tag tag tag tag tag tag tag tag tag

/* clang-format off */
static const struct split {
    const char *label;
    enum body_format format;
    const char *body, *expect; /* expect: each piece on a line; a * ends what is compared of it */
} SPLITS[] = {
    {"ndjson", BODY_NDJSON, "{\"a\":1}\n\n  \r\n{\"b\":2}\r\n{}", "1 {\"a\":1}\n4 {\"b\":2}\n5 {}\n"},
    {"ndjson: byte order mark", BODY_NDJSON, "\xef\xbb\xbf{}\n", "1 {}\n"},
    {"ndjson: not a byte order mark", BODY_NDJSON, "\xef\xbb{}", "1 \xef\xbb{}\n"},
    {"ndjson: nothing", BODY_NDJSON, "", ""},
    {"json: one object", BODY_JSON, " {\"a\":[1,{\"b\":\"}\\\"]\"}]} \n", "1s {\"a\":[1,{\"b\":\"}\\\"]\"}]}\n"},
    {"json: array", BODY_JSON, "[ {\"a\":\"]\"} ,{} , [1] ]", "1 {\"a\":\"]\"}\n2 {}\n3 [1]\n"},
    {"json: scalars", BODY_JSON, "[1,\"x,]\",null ]", "1 1\n2 \"x,]\"\n3 null\n"},
    {"json: empty array", BODY_JSON, "[]", ""},
    {"json: byte order mark", BODY_JSON, "\xef\xbb\xbf[{}]", "1 {}\n"},
    {"json: nothing at all", BODY_JSON, "", ""},
    {"json: blank", BODY_JSON, " \n", "1s !the body is blank*"},
    {"json: garbage", BODY_JSON, "hello", "1s !a body is one JSON object*"},
    {"json: two objects", BODY_JSON, "{}\n{}", "1s !something follows*"},
    {"json: after the array", BODY_JSON, "[{}]x", "1 {}\n2 !something follows*"},
    {"json: no comma", BODY_JSON, "[{} {}]", "1 {}\n2 !a comma or ] would be right*"},
    {"json: comma too many", BODY_JSON, "[{},]", "1 {}\n2 !a record would be right*"},
    {"json: cut within a record", BODY_JSON, "[{},{\"a\"", "1 {}\n2 !the body ends within*"},
    {"json: cut between records", BODY_JSON, "[{},", "1 {}\n2 !the body ends before*"},
    {"json: one object cut", BODY_JSON, "{\"a\":", "1s !the body ends within*"},
    {"csv", BODY_CSV, H2 "shipped,R-1,3\r\nshipped,\"a,\"\"b\",4\n", "2 {\"lot\":\"R-1\",\"quantity\":3,\"type\":\"shipped\"}\n3 {\"lot\":\"a,\\\"b\",\"quantity\":4,\"type\":\"shipped\"}\n"},
    {"csv: byte order mark, no last line end", BODY_CSV, "\xef\xbb\xbf" H2 "shipped,R,3", "2 {\"lot\":\"R\",\"quantity\":3,\"type\":\"shipped\"}\n"},
    {"csv: empty cells, blank rows", BODY_CSV, H2 "shipped,,\n,,\n\nshipped, ,7\n", "2 {\"type\":\"shipped\"}\n5 {\"quantity\":7,\"type\":\"shipped\"}\n"},
    {"csv: a line end in a cell", BODY_CSV, "type,note,lot\nheld,\"a\nb\",R\nheld,c,S", "2 {\"lot\":\"R\",\"note\":\"a\\nb\",\"type\":\"held\"}\n4 {\"lot\":\"S\",\"note\":\"c\",\"type\":\"held\"}\n"},
    {"csv: nested and lists", BODY_CSV, "type,lot.code,lot.part.mpn,lot.dateCodes,documents.kind,documents.number,from.lot\nreceived,R,LM,2431 | 2432|,coc,7,A",
     "2 {\"documents\":[{\"kind\":\"coc\",\"number\":\"7\"}],\"from\":{\"lot\":\"A\"},\"lot\":{\"code\":\"R\",\"dateCodes\":[\"2431\",\"2432\"],\"part\":{\"mpn\":\"LM\"}},\"type\":\"received\"}\n"},
    {"csv: lot.code names a lot", BODY_CSV, "type,lot.code\nshipped,R", "2 {\"lot\":\"R\",\"type\":\"shipped\"}\n"},
    {"csv: seq or id, true or false", BODY_CSV, "type,record,withdrawn\nvoided,seq:7,\nvoided,a,\nvoided,id:8,\nvoided,9,\nalert,,TRUE\nalert,,no", "2 {\"record\":7,\"type\":\"voided\"}\n3 {\"record\":\"a\",\"type\":\"voided\"}\n4 {\"record\":\"8\",\"type\":\"voided\"}\n5 !/record column record: \"9\" may be a seq or an id; seq:9 or id:9 would be right\n6 {\"type\":\"alert\",\"withdrawn\":true}\n7 !/withdrawn column withdrawn: \"no\" is not true or false\n"},
    {"csv: extensions", BODY_CSV, "type,extensions.erp.no\nheld,7", "2 {\"extensions\":{\"erp.no\":\"7\"},\"type\":\"held\"}\n"},
    {"csv: unknown column", BODY_CSV, "type,quanity\nheld,7\n", "1 !unknown column \"quanity\"; did you mean \"quantity\"?\n"},
    {"csv: columns in capitals", BODY_CSV, "TYPE,LOT\nheld,7\n", "1 !unknown column \"TYPE\"; did you mean \"type\"?\n"},
    {"csv: type under a longer name", BODY_CSV, "record_type,lot\nheld,7\n", "1 !unknown column \"record_type\"; did you mean \"type\"?\n"},
    {"csv: another type beside it", BODY_CSV, "zzz_type,type\nheld,7\n", "1 !unknown column \"zzz_type\"; columns are members*"},
    {"csv: a column in another style", BODY_CSV, "type,lot_part_mpn\nheld,7\n", "1 !unknown column \"lot_part_mpn\"; did you mean \"lot.part.mpn\"?\n"},
    {"csv: semicolons", BODY_CSV, "type;lot;note\nheld;7;a,b\n", "2 {\"lot\":\"7\",\"note\":\"a,b\",\"type\":\"held\"}\n"},
    {"csv: tabs", BODY_CSV, "type\tlot\tnote\nheld\t7\t\"a\tb\"\n", "2 {\"lot\":\"7\",\"note\":\"a\\tb\",\"type\":\"held\"}\n"},
    {"csv: one column", BODY_CSV, "type\nheld\n", "2 {\"type\":\"held\"}\n"},
    {"csv: lines end in CR", BODY_CSV, "type,lot\rheld,7\r\rheld,\"8\r9\"\rheld,x", "2 {\"lot\":\"7\",\"type\":\"held\"}\n4 {\"lot\":\"8\\r9\",\"type\":\"held\"}\n6 {\"lot\":\"x\",\"type\":\"held\"}\n"},
    {"csv: CR LF within a cell counts once", BODY_CSV, "type,note,lot\r\nheld,\"a\r\nb\",R\r\nheld,c,S", "2 {\"lot\":\"R\",\"note\":\"a\\r\\nb\",\"type\":\"held\"}\n4 {\"lot\":\"S\",\"note\":\"c\",\"type\":\"held\"}\n"},
    {"csv: the header behind blank lines", BODY_CSV, "\n\ntype,lot\nheld,7\n", "4 {\"lot\":\"7\",\"type\":\"held\"}\n"},
    {"csv: several inputs", BODY_CSV, "type,how,inputs.lot,inputs.quantity,inputs.serials,outputs.code\ntransformed,merge,A | B,1|2,x|y||,C",
     "2 {\"how\":\"merge\",\"inputs\":[{\"lot\":\"A\",\"quantity\":1,\"serials\":[\"x\",\"y\"]},{\"lot\":\"B\",\"quantity\":2}],\"outputs\":[{\"code\":\"C\"}],\"type\":\"transformed\"}\n"},
    {"csv: lists three deep", BODY_CSV, "type,outputs.code,outputs.dateCodes.code,outputs.dateCodes.traceCodes\ntransformed,A|B,2431|2432||2433,T1|T2||T3|||T4", "2 {\"outputs\":[{\"code\":\"A\",\"dateCodes\":[{\"code\":\"2431\",\"traceCodes\":[\"T1\",\"T2\"]},{\"code\":\"2432\",\"traceCodes\":[\"T3\"]}]},{\"code\":\"B\",\"dateCodes\":[{\"code\":\"2433\",\"traceCodes\":[\"T4\"]}]}],\"type\":\"transformed\"}\n"},
    {"csv: two documents, one without number", BODY_CSV, "type,documents.kind,documents.number,documents.declares.quantity\nheld,coc|photo,|7,3|", "2 {\"documents\":[{\"declares\":{\"quantity\":3},\"kind\":\"coc\"},{\"kind\":\"photo\",\"number\":\"7\"}],\"type\":\"held\"}\n"},
    {"csv: lists of different length", BODY_CSV, "type,inputs.lot,inputs.quantity\ntransformed,A|B,1\n", "2 !/inputs column inputs.quantity: has 1 items where another column of inputs has 2*"},
    {"csv: date codes said twice", BODY_CSV, "type,lot.dateCodes,lot.dateCodes.code\nreceived,2431,2432\n", "2 !/lot/dateCodes column lot.dateCodes.code: and column dateCodes are both filled*"},
    {"csv: below what is no object", BODY_CSV, "type,lot.code,lot.quantity\nshipped,R,3\n", "2 !/lot/quantity column lot.quantity: a record of type shipped has no such member*"},
    {"csv: a header in Windows-1252", BODY_CSV, "type,extensions.\xe9\nheld,7\n", "1 !the header is not UTF-8*"},
    {"csv: no type column", BODY_CSV, "lot,quantity\nR,7\n", "1 !there is no column \"type\"*"},
    {"csv: column twice", BODY_CSV, "type,lot,lot\n", "1 !column \"lot\" is there twice\n"},
    {"csv: bad row between good ones", BODY_CSV, H2 "shipped,A,1\nshipped,B,1.5\nshiped,C,1\nshipped,D,1,2\nshipped,E,1\n",
     "2 {\"lot\":\"A\",\"quantity\":1,\"type\":\"shipped\"}\n3 !/quantity column quantity: \"1.5\" is no whole number; digits alone would be right\n4 !/type unknown type \"shiped\"; did you mean \"shipped\"?\n5 !the row has 4 cells, the header 3 columns\n6 {\"lot\":\"E\",\"quantity\":1,\"type\":\"shipped\"}\n"},
    {"csv: not of this type", BODY_CSV, "type,lot,book\nshipped,R,3", "2 !/book column book: a record of type shipped has no such member*"},
    {"csv: both a code and a description", BODY_CSV, "type,lot,lot.quantity\ncounted,R,3", "2 !/lot/quantity column lot.quantity: and column lot are both*"},
    {"csv: stray quote", BODY_CSV, H2 "shipped,\"R\"x,3\nshipped,S,3", "2 !not CSV: a quote within a cell*\n3 {\"lot\":\"S\",\"quantity\":3,\"type\":\"shipped\"}\n"},
    {"csv: quote not closed", BODY_CSV, H2 "shipped,\"R,3\nshipped,S,3\n", "2 !the body ends within a quoted cell*"},
    {"csv: not UTF-8", BODY_CSV, H2 "shipped,\xe9,3\nshipped,S,3", "2 !column lot: the cell is not UTF-8*\n3 {\"lot\":\"S\",\"quantity\":3,\"type\":\"shipped\"}\n"},
    {"notice: one change", BODY_NOTICE, PCN("<pcnTitle>A\n  b &amp; c</pcnTitle>", "<difference><pcnChangeDetail><![CDATA[x < y]]></pcnChangeDetail></difference><pcnLifeCycleData><pcnEOPeffDate>2024-06-30T00:00:00+02:00</pcnEOPeffDate><pcnEOSR/></pcnLifeCycleData>", ITEM("LM1", CHANGE("PSITE") CHANGE("MATER") CHANGE("PSITE"))),
        "1s {\"description\":\"x < y\",\"effective\":\"2024-06-30\",\"issued\":\"2024-03-05\",\"kind\":\"PCN\",\"manufacturer\":\"Contoso\",\"number\":\"P-1\",\"parts\":[{\"mpn\":\"LM1\",\"reasons\":[\"PSITE\",\"MATER\"]}],\"reasons\":[\"PSITE\",\"MATER\"],\"time\":\"2024-03-05\",\"title\":\"A b & c\",\"type\":\"notice\"}\n"},
    {"notice: changes, ends and takes back", BODY_NOTICE, PCN("", "<pcnLifeCycleData><pcnEOS>2024-09-30</pcnEOS><pcnLTD>2025-03-31</pcnLTD><pcnEOPeffDate>2025-01-31</pcnEOPeffDate></pcnLifeCycleData>", ITEM("A", CHANGE("LABEL")) ITEM("B", CHANGE("NRND") CHANGE("PDN")) ITEM("C", CHANGE("CANDN") CHANGE("PDN"))),
        "1 {\"effective\":\"2025-01-31\",\"issued\":\"2024-03-05\",\"kind\":\"PCN\",\"lastOrder\":\"2024-09-30\",\"lastShip\":\"2025-03-31\",\"manufacturer\":\"Contoso\",\"number\":\"P-1\",\"parts\":[{\"mpn\":\"A\",\"reasons\":[\"LABEL\"]}],\"reasons\":[\"LABEL\"],\"time\":\"2024-03-05\",\"type\":\"notice\"}\n"
        "2 {\"endOfProduction\":\"2025-01-31\",\"issued\":\"2024-03-05\",\"kind\":\"PDN\",\"lastOrder\":\"2024-09-30\",\"lastShip\":\"2025-03-31\",\"manufacturer\":\"Contoso\",\"number\":\"P-1\",\"parts\":[{\"mpn\":\"B\",\"reasons\":[\"NRND\",\"PDN\"]}],\"reasons\":[\"NRND\",\"PDN\"],\"time\":\"2024-03-05\",\"type\":\"notice\"}\n"
        "3 {\"issued\":\"2024-03-05\",\"kind\":\"withdrawal\",\"manufacturer\":\"Contoso\",\"number\":\"P-1\",\"parts\":[{\"mpn\":\"C\",\"reasons\":[\"CANDN\",\"PDN\"]}],\"reasons\":[\"CANDN\",\"PDN\"],\"time\":\"2024-03-05\",\"type\":\"notice\"}\n"},
    {"notice: prefixes, many in one", BODY_NOTICE, "\xef\xbb\xbf<?xml version=\"1.0\"?><n xmlns:p=\"urn:x\">" PCN("", "", "<ItemNumber><itemMfrTypeIdent>LM1</itemMfrTypeIdent></ItemNumber>") "<x/><p:PCNbody/></n>",
        "1 {\"issued\":\"2024-03-05\",\"kind\":\"PCN\",\"manufacturer\":\"Contoso\",\"number\":\"P-1\",\"parts\":[{\"designation\":\"LM1\",\"mpn\":\"LM1\"}],\"time\":\"2024-03-05\",\"type\":\"notice\"}\n2 !element <x> is not understood*\n3 !/PCNbody is empty\n"},
    {"notice: a date that is none", BODY_NOTICE, PCN("", "<pcnLifeCycleData><pcnEOS>30.09.2024</pcnEOS></pcnLifeCycleData>", ITEM("A", "")), "1s !/PCNbody/pcnLifeCycleData/pcnEOS \"30.09.2024\" is no date: write 2024-08-01\n"},
    {"notice: no item", BODY_NOTICE, PCN("", "", ""), "1s !/PCNbody/ItemNumbers there is no ItemNumber*"},
    {"notice: an item without number", BODY_NOTICE, PCN("", "", ITEM("A", "") "<ItemNumber><itemRev>1</itemRev></ItemNumber>"), "1s !/PCNbody/ItemNumbers/ItemNumber/1 names no part*"},
    {"notice: no number", BODY_NOTICE, "<PCNbody><masterData><pcnMfrName>C</pcnMfrName></masterData><ItemNumbers>" ITEM("A", "") "</ItemNumbers></PCNbody>", "1s !/PCNbody/masterData/pcnNumber is missing\n"},
    {"notice: a document type", BODY_NOTICE, "<!DOCTYPE x [<!ENTITY a \"b\">]>\n<PCNbody/>", "1s !line 1: a document type (<!DOCTYPE ...>) is not taken*"},
    {"notice: an entity of one's own", BODY_NOTICE, "<PCNbody>&a;</PCNbody>", "1s !line 1: not XML: undefined entity\n"},
    {"notice: cut off", BODY_NOTICE, "<n>" PCN("", "", ITEM("A", "")) "<PCNbody>", "1 {*\n2 !line 1: not XML*"},
    {"notice: something else", BODY_NOTICE, "<feed></feed>", "1s !there is no PCNbody in it\n"},
    {"notice: no XML", BODY_NOTICE, "type,id\n", "1s !line 1: not XML*"},
    {"notice: nothing", BODY_NOTICE, "", "1s !line 1: not XML: no element found\n"},
    {"notice: too deep", BODY_NOTICE, "<a>" DEEP("<b>") "x" DEEP("</b>") "</a>", "1s !line 1: elements are nested too deep\n"},
    {"notice: JSON", BODY_NOTICE_JSON, "{\"PCNbody\":{\"masterData\":{\"pcnNumber\":\"P\",\"pcnMfrName\":{\"@lang\":\"en\",\"#text\":\"C\"},\"pcnIssueDate\":\"2024-03-05\"},\"ItemNumbers\":{\"ItemNumber\":{\"itemMfrNumber\":\"A\",\"itemChanges\":{\"itemChange\":[\"CANCN\",{\"itemChangeType\":\"FORM\"}]}}}}}",
        "1s {\"issued\":\"2024-03-05\",\"kind\":\"withdrawal\",\"manufacturer\":\"C\",\"number\":\"P\",\"parts\":[{\"mpn\":\"A\",\"reasons\":[\"CANCN\",\"FORM\"]}],\"reasons\":[\"CANCN\",\"FORM\"],\"time\":\"2024-03-05\",\"type\":\"notice\"}\n"},
    {"notice: JSON, many and wrong", BODY_NOTICE_JSON, "[7,{\"masterData\":1},{]", "1 !not JSON*\n2 !/PCNbody/ItemNumbers there is no ItemNumber*\n3 !not JSON*\n4 !the body ends*"},
};
/* clang-format on */

/* Line by line; a * in `expect` stands for the rest of its line. */
static void assert_told(const char *found, const char *expect)
{
    const char *f = found, *e = expect;
    while (*e && *e != '*' ? *f == *e : *e == '*') {
        if (*e == '*')
            f = strchr(f, '\n') + (e[1] == '\0');
        f += *e != '*';
        e++;
    }
    if (*f || *e)
        fail_msg("told:\n%swanted:\n%s", found, expect);
}

static void test_split(void **state)
{
    const struct split *c = &SPLITS[(size_t)(uintptr_t)*state];
    assert_told(told(c->format, c->body, SIZE_MAX, 0), c->expect);
    assert_told(told(c->format, c->body, 1, 0), c->expect);
    assert_told(told(c->format, c->body, 7, 0), c->expect);
}

static void test_split_stops(void **state)
{
    (void)state;
    assert_string_equal(told(BODY_NDJSON, "1\n2\n3\n", SIZE_MAX, 2), "1 1\n2 2\n");
    assert_string_equal(told(BODY_JSON, "[1,2,3]", SIZE_MAX, 2), "1 1\n2 2\n");
    assert_non_null(strstr(told(BODY_CSV, H2 "held,,\nheld,,\n", SIZE_MAX, 1), "2 "));
}

static void test_too_long(void **state)
{
    (void)state;
    static const struct {
        enum body_format format;
        const char *before, *after, *expect;
    } LONG[] = {
        {BODY_NDJSON, "", "\n{}\n", "1 !one record has at most*\n2 {}\n"},
        {BODY_JSON, "[{}, \"", "\",{}]", "1 {}\n2 !one record has at most*\n3 {}\n"},
        {BODY_CSV, "type,note\nheld,", "\nheld,x\n",
         "2 !one record has at most*\n3 {\"note\":\"x\",\"type\":\"held\"}\n"},
        {BODY_CSV, "type,note\nheld,\"", "\"\nheld,x\n",
         "2 !one record has at most*\n3 {\"note\":\"x\",\"type\":\"held\"}\n"},
    };
    char *filler = malloc(RECORD_MAX_BYTES + 2);
    memset(filler, 'x', RECORD_MAX_BYTES + 1);
    filler[RECORD_MAX_BYTES + 1] = '\0';
    for (size_t i = 0; i < LENGTH(LONG); i++) {
        const char *body =
            arena_printf(&arena, "%s%s%s", LONG[i].before, filler, LONG[i].after);
        assert_told(told(LONG[i].format, body, SIZE_MAX, 0), LONG[i].expect);
        assert_told(told(LONG[i].format, body, 70001, 0), LONG[i].expect);
    }
    free(filler);
}

/* Exactly the limit is read, commas in texts are none, one more is told. */
static void test_too_many_values(void **state)
{
    (void)state;
    for (size_t over = 0; over < 2; over++) {
        struct decoded d;
        struct error err = {0};
        struct text t = text_new(&arena);
        text_add(&t, "{\"type\":\"held\",\"note\":\",,[{\\\",\",\"x\": [ ");
        for (size_t i = 4; i < RECORD_MAX_VALUES + over; i++)
            text_add(&t, i % 2 ? "[ ]," : "1,");
        text_add(&t, "{}]}");
        assert_false(record_decode(&arena, text_str(&t), t.len, &d, &err));
        assert_int_equal(err.code, over ? ERR_TOO_LARGE : ERR_INVALID);
    }
}

static void test_body_formats(void **state)
{
    (void)state;
    enum body_format f;
    assert_true(body_format_of("application/json; charset=utf-8", &f) && f == BODY_JSON);
    assert_true(body_format_of(" Text/CSV;header=present", &f) && f == BODY_CSV);
    assert_true(body_format_of("application/x-ndjson", &f) && f == BODY_NDJSON);
    assert_true(body_format_of("application/xml", &f) && f == BODY_NOTICE);
    assert_true(body_format_of("text/xml; charset=utf-8", &f) && f == BODY_NOTICE);
    assert_true(body_format_of("application/smartpcn+json", &f) && f == BODY_NOTICE_JSON);
    assert_false(body_format_of("application/jsonp", &f));
    assert_false(body_format_of(NULL, &f));
    assert_true(body_is_utf8("text/csv"));
    assert_true(body_is_utf8("text/csv; header=present; charset=\"UTF-8\""));
    assert_true(body_is_utf8("text/csv;Charset=us-ascii; x"));
    assert_false(body_is_utf8("text/csv; charset=windows-1252"));
    assert_false(body_is_utf8("text/csv;charset=utf-16"));
}

/* ---- one record, however it is written ---- */

static struct parts parts_of_piece;
static const char *canonical_of_piece;

static bool keep(void *ctx, const struct piece *p)
{
    struct error err = {0};
    struct decoded d;
    int *n = ctx;
    if (p->err || !record_decode(&arena, p->json, p->len, &d, &err))
        fail_msg("%s: %s", err.where, p->err ? p->err->detail : err.detail);
    parts_of_piece = record_parts(&arena, d.record);
    canonical_of_piece = d.canonical;
    json_decref(d.record->json);
    ++*n;
    return true;
}

static void test_one_record_in_every_form(void **state)
{
    (void)state;
    static const struct {
        enum body_format format;
        const char *body;
    } FORMS[] = {
        {BODY_JSON, "{\"type\":\"transformed\",\"time\":\"2024-08-01\",\"how\":\"merge\","
                    "\"inputs\":[{\"lot\":"
                    "\"A\",\"quantity\":1},{\"lot\":\"B\",\"quantity\":2,\"serials\":["
                    "\"x\",\"y\"]}],\"outputs\":[{"
                    "\"code\":\"\u00c4/"
                    "\U0001f600\",\"quantity\":3}],\"reference\":{\"workOrder\":\"7\"}}"},
        {BODY_JSON,
         "[{\"reference\":{\"workOrder\":\"7\"},\n\"outputs\":[{\"quantity\":3,\"code\":"
         "\"\\u00C4\\/"
         "\\ud83d\\uDE00\"}],\"how\" : "
         "\"merge\",\"inputs\":[{\"quantity\":1,\"lot\":\"A\"},{\"quantity\":2,"
         "\"serials\":[\"x\",\"\\u0079\"],\"lot\":\"B\"}],\"time\":\"2024-08-01\","
         "\"type\":\"transformed\"}]"},
        {BODY_NDJSON, " {\"time\":\"2024-08-01\",\"outputs\":[{\"code\":\"\u00c4/"
                      "\U0001f600\",\"quantity\":3}],"
                      "\"inputs\":[{\"lot\":\"A\",\"quantity\":1},{\"lot\":\"B\","
                      "\"serials\":[\"x\",\"y\"],\"quantity\":2}],"
                      "\"how\":\"merge\",\"reference\":{\"workOrder\":\"7\"},\"type\":"
                      "\"transformed\"}\r\n"},
        {BODY_CSV,
         "how;time;type;outputs.quantity;outputs.code;inputs.lot;inputs.quantity;inputs."
         "serials;reference.workOrder\r\n"
         "merge;2024-08-01;transformed;3;\u00c4/\U0001f600;A|B;1|2;||x|y;7\r\n"},
    };
    const char *canonical = NULL;
    struct parts parts = {0};
    for (size_t i = 0; i < LENGTH(FORMS); i++) {
        int n = 0;
        struct splitter *s = splitter_new(FORMS[i].format, keep, &n);
        assert_true(splitter_feed(s, FORMS[i].body, strlen(FORMS[i].body)));
        assert_true(splitter_finish(s));
        splitter_free(s);
        assert_int_equal(n, 1);
        canonical = canonical ? canonical : canonical_of_piece;
        parts = parts.len ? parts : parts_of_piece;
        assert_string_equal(canonical_of_piece, canonical);
        assert_int_equal(parts_of_piece.len, parts.len);
        for (size_t k = 1; k < parts.len; k++)
            assert_string_equal(parts_of_piece.at[k].at, parts.at[k].at);
    }
}

/* ---- the template, and what is printed from the table ---- */

static int rows;

static bool decode_row(void *ctx, const struct piece *p)
{
    (void)ctx;
    struct error err = {0};
    struct decoded d;
    if (p->err)
        fail_msg("line %d: %s", (int)p->line, p->err->detail);
    if (!record_decode(&arena, p->json, p->len, &d, &err))
        fail_msg("line %d: %s: %s", (int)p->line, err.where, err.detail);
    json_decref(d.record->json);
    rows++;
    return true;
}

static void test_template(void **state)
{
    (void)state;
    FILE *f = fopen("scripts/records.csv", "r");
    if (!f) {
        print_message("skipped: no scripts/records.csv from here\n");
        return;
    }
    char bytes[8192];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    struct splitter *s = splitter_new(BODY_CSV, decode_row, NULL);
    rows = 0;
    assert_true(splitter_feed(s, bytes, n) && splitter_finish(s));
    splitter_free(s);
    assert_int_equal(rows, 8);
}

static void refs_resolve(const json_t *defs, json_t *v)
{
    const char *key;
    json_t *child;
    size_t i;
    json_array_foreach(v, i, child) refs_resolve(defs, child);
    json_object_foreach(v, key, child)
    {
        assert_non_null(child);
        if (strcmp(key, "$ref") == 0 && json_is_string(child))
            assert_non_null(
                json_object_get(defs, json_string_value(child) + strlen("#/$defs/")));
        refs_resolve(defs, child);
    }
}

static void test_schema(void **state)
{
    (void)state;
    json_t *defs = schema_definitions();
    assert_non_null(json_object_get(defs, "Organisation"));
    assert_non_null(json_object_get(defs, "LotDescription"));
    refs_resolve(defs, defs);
    for (int t = 0; t < REC_COUNT; t++) {
        json_t *schema = schema_record((enum record_type)t);
        refs_resolve(defs, schema);
        assert_true(json_array_size(json_object_get(schema, "required")) >= 2);
        json_decref(schema);
    }
    json_decref(defs);
}

static void test_columns(void **state)
{
    (void)state;
    size_t n;
    const char *const *columns = csv_columns(&n);
    assert_string_equal(columns[0], "type");
    bool found = false;
    for (size_t i = 0; i < n; i++)
        found |= strcmp(columns[i], "lot.part.mpn") == 0;
    assert_true(found);
}

/* ---- trees ---- */

static const struct {
    const char *json;
    int values; /* -1: not plain */
} TREES[] = {
    {"{\"a\":[1,{\"b\":null},true,false,[],{}],\"\":\"\xc3\xa4\x7f\",\"n\":999999999999999}", 10},
    {" {\r\n\t\"a\" : [ 0 , 10 ] } \n", 3},
    {"{\"a\":\"\\n\"}", -1},
    {"{\"a\":-1}", -1},
    {"{\"a\":1.5}", -1},
    {"{\"a\":1e3}", -1},
    {"{\"a\":1000000000000000}", -1},
    {"{\"a\":01}", -1},
    {"{\"a\":1,\"a\":1}", -1},
    {"{\"a\":\"\xed\xa0\x80\"}", -1},
    {"{\"a\":truer}", -1},
    {"{\"a\":1,}", -1},
    {"{\"a\":1}}", -1},
    {"{\"a\":1", -1},
    {"[1]", -1},
    {"", -1},
};

static void test_plain_trees(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(TREES); i++) {
        size_t values;
        json_t *plain = plain_object(TREES[i].json, strlen(TREES[i].json), &values);
        assert_int_equal(plain ? (int)values : -1, TREES[i].values);
        json_t *tree = plain ? json_loads(TREES[i].json, JSON_REJECT_DUPLICATES, NULL) : NULL;
        assert_true(!plain || json_equal(plain, tree));
        json_decref(plain);
        json_decref(tree);
    }
    const char nul[] = "{\"a\":1}\0";
    size_t values;
    assert_null(plain_object(nul, sizeof nul - 1, &values));
}

/* Trees that fit their memory, and some that are many times as large. */
static void test_tree_memory(void **state)
{
    (void)state;
    tree_memory_use();
    for (int n = 1; n < 20000; n *= 3) {
        struct error err = {0};
        struct decoded d;
        struct text t = text_new(&arena);
        text_add(&t, "{" HEAD "\"lot\":{\"code\":\"R-1\"," PART_OK ",\"quantity\":3,\"serials\":[\"0\"");
        for (int i = 1; i < n && i < 9000; i++)
            text_addf(&t, ",\"%d\"", i);
        text_add(&t, "]}}");
        tree_memory_begin();
        assert_true(record_decode(&arena, t.at, t.len, &d, &err));
        assert_int_equal(d.record->lot.serials.len, n < 9000 ? n : 9000);
        json_decref(d.record->json);
        tree_memory_end();
    }
    json_set_alloc_funcs(malloc, free);
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
        cmocka_unit_test_setup(test_long_pointer, reset),
        cmocka_unit_test_setup(test_taken, reset),
        cmocka_unit_test_setup(test_too_many_marks, reset),
        cmocka_unit_test_setup(test_split_stops, reset),
        cmocka_unit_test_setup(test_too_long, reset),
        cmocka_unit_test_setup(test_too_many_values, reset),
        cmocka_unit_test_setup(test_body_formats, reset),
        cmocka_unit_test_setup(test_template, reset),
        cmocka_unit_test_setup(test_one_record_in_every_form, reset),
        cmocka_unit_test_setup(test_schema, reset),
        cmocka_unit_test_setup(test_columns, reset),
        cmocka_unit_test_setup(test_plain_trees, reset),
        cmocka_unit_test_setup(test_tree_memory, reset),
    };
    struct CMUnitTest tests[LENGTH(SINGLE) + LENGTH(FAULTS) + LENGTH(SPLITS)];
    size_t n = 0;
    arena_init(&arena, 0);
    for (; n < LENGTH(SINGLE); n++)
        tests[n] = SINGLE[n];
    ROWS(FAULTS, test_fault);
    ROWS(SPLITS, test_split);
    int failed = _cmocka_run_group_tests("codec", tests, n, NULL, NULL);
    arena_reset(&arena);
    return failed;
}
