/* access - keys, rights, and what is left of a record for whom. */
#include "pedigree/access/access.h"
#include "pedigree/base/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena arena;
static struct error err;

static int set_up(void **state)
{
    int applied;
    arena_init(&arena, 0);
    memset(&err, 0, sizeof err);
    *state = db_new(getenv("PEDIGREE_DATABASE"), NULL);
    if (db_migrate(*state, "migrations", &applied, &err))
        return 0;
    print_error("%s\n", err.detail);
    return -1;
}

static int tear_down(void **state)
{
    db_free(*state);
    arena_reset(&arena);
    return 0;
}

static void test_key_life(void **state)
{
    const char *const others[] = {"cage:2BBB2", "name:de/hans"};
    const struct key_grant grant = {.organisation = "cage:1ABC5",
                                    .role = ROLE_SUBMITTER,
                                    .label = "dock",
                                    .agents_for = others,
                                    .agents_for_len = 2};
    char key[KEY_TEXT], wrong[KEY_TEXT];
    struct caller c;
    struct key_cache *cache = key_cache_new(3600), *brief = key_cache_new(1);
    assert_true(key_add(*state, &grant, key, &err));
    assert_int_equal(strlen(key), 3 + 12 + 1 + 43);
    assert_int_equal(access_recall(cache, key, &c), RECALL_MISS);
    assert_true(access_authenticate(cache, *state, key, &c, &err));
    assert_string_equal(c.organisation, "cage:1ABC5");
    assert_int_equal(c.role, ROLE_SUBMITTER);
    assert_int_equal(c.agents_for_len, 2);
    assert_string_equal(c.agents_for[1], "name:de/hans");
    memset(&c, 0, sizeof c);
    assert_int_equal(access_recall(cache, key, &c), RECALL_KNOWN);
    assert_string_equal(c.organisation, "cage:1ABC5");

    strcpy(wrong, key);
    wrong[20] = wrong[20] == 'a' ? 'b' : 'a';
    assert_false(access_authenticate(cache, *state, wrong, &c, &err));
    assert_int_equal(err.code, ERR_UNAUTHORIZED);
    assert_int_equal(access_recall(cache, wrong, &c), RECALL_REFUSED);
    assert_int_equal(access_recall(cache, "nonsense", &c), RECALL_REFUSED);

    const struct key_info *keys;
    size_t len;
    memset(&err, 0, sizeof err);
    assert_true(key_list(*state, &arena, &keys, &len, &err));
    assert_true(len >= 1);
    assert_memory_equal(key + 3, keys[0].id, 12);
    assert_true(keys[0].revoked_us == INT64_MIN);
    assert_true(access_authenticate(brief, *state, key, &c, &err));
    assert_true(key_revoke(*state, keys[0].id, &err));
    while (access_recall(brief, key, &c) == RECALL_KNOWN)
        usleep(100000);
    assert_int_equal(access_recall(brief, key, &c), RECALL_MISS);
    assert_false(access_authenticate(brief, *state, key, &c, &err));
    memset(&err, 0, sizeof err);
    assert_false(key_revoke(*state, "nobody", &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    key_cache_free(brief);
    key_cache_free(cache);
}

static void test_bad_grants(void **state)
{
    char key[KEY_TEXT];
    const char *const many[9] = {"cage:1", "cage:2", "cage:3", "cage:4", "cage:5",
                                 "cage:6", "cage:7", "cage:8", "cage:9"};
    assert_false(key_add(*state, &(struct key_grant){.organisation = "acme"}, key, &err));
    assert_string_equal(err.where, "organisation");
    memset(&err, 0, sizeof err);
    assert_false(key_add(*state,
                         &(struct key_grant){.organisation = "cage:1",
                                             .agents_for = many,
                                             .agents_for_len = 9},
                         key, &err));
    assert_string_equal(err.where, "agent_for");
}

static void test_rights(void **state)
{
    (void)state;
    static const bool MAY[4][5] = {/* public read submit quality operate */
                                   [ROLE_SUBMITTER] = {true, true, true, false, false},
                                   [ROLE_READER] = {true, true, false, false, false},
                                   [ROLE_QUALITY] = {true, true, true, true, false},
                                   [ROLE_OPERATOR] = {true, true, true, true, true}};
    for (int r = 0; r < 4; r++)
        for (int k = 0; k < 5; k++)
            assert_int_equal(role_may((enum role)r, (enum right)k), MAY[r][k]);
    struct caller c = {.organisation = "cage:1",
                       .role = ROLE_QUALITY,
                       .agents_for = {"cage:2"},
                       .agents_for_len = 1};
    assert_true(access_on_behalf(&c, "cage:1", &err));
    assert_true(access_on_behalf(&c, "cage:2", &err));
    assert_false(access_on_behalf(&c, "cage:3", &err));
    assert_int_equal(err.code, ERR_FORBIDDEN);
    c.role = ROLE_OPERATOR;
    assert_true(access_on_behalf(&c, "cage:3", &err));
}

static void test_tokens(void **state)
{
    (void)state;
    for (size_t n = 0; n < 40; n++) {
        uint8_t in[40], *out;
        size_t len;
        for (size_t i = 0; i < n; i++)
            in[i] = (uint8_t)(i * 37 + n);
        const char *text = token_encode(&arena, in, n);
        assert_true(token_decode(&arena, text, &out, &len));
        assert_int_equal(len, n);
        assert_memory_equal(in, out, n);
    }
    uint8_t *out;
    size_t len;
    assert_false(token_decode(&arena, "a", &out, &len));
    assert_false(token_decode(&arena, "a+b/", &out, &len));
    assert_false(token_decode(&arena, "AB", &out, &len)); /* loose bits */
}

static const char SALE[] = "{\"type\":\"shipped\",\"time\":\"2026-01-02\",\"id\":\"S1\","
                           "\"lot\":\"L\",\"quantity\":5,"
                           "\"to\":{\"organisation\":\"cage:C\",\"lot\":\"X\"},\"buyer\":"
                           "\"cage:C\",\"note\":\"n\","
                           "\"reference\":{\"invoice\":\"I1\"},\"documents\":[{\"kind\":"
                           "\"invoice\",\"number\":\"1\"},"
                           "{\"kind\":\"coc\",\"number\":\"2\",\"issuer\":\"cage:M\","
                           "\"declares\":{\"quantity\":5,\"purchaseOrder\":\"P1\"}}]}";

static const struct {
    const char *label, *reader;
    enum role role;
    enum sight sight;
    bool proves;
    const char *expect; /* members left, in order of the alphabet; "" nothing */
} CUTS[] = {
    {"the submitter sees all", "cage:S", ROLE_READER, SIGHT_NONE, false,
     "buyer documents id lot note quantity reference time to type"},
    {"an operator sees all", "cage:O", ROLE_OPERATOR, SIGHT_NONE, false,
     "buyer documents id lot note quantity reference time to type"},
    {"the customer it names sees the hop", "cage:C", ROLE_READER, SIGHT_NONE, false,
     "buyer documents id lot quantity time to type"},
    {"a stranger sees nothing", "cage:X", ROLE_READER, SIGHT_NONE, false, ""},
    {"below a hop that shows: no quantity, no buyer", "cage:D", ROLE_READER,
     SIGHT_UPSTREAM, true, "documents lot time to type"},
    {"another's sale from an upstream lot is nothing", "cage:D", ROLE_READER,
     SIGHT_UPSTREAM, false, ""},
    {"the issuer of its certificate sees that", "cage:M", ROLE_READER, SIGHT_NONE, false,
     "documents lot time type"},
    {"the owner sees it without prices and references", "cage:W", ROLE_READER,
     SIGHT_OWNER, false, "buyer documents id lot quantity time to type"},
};

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void test_cut(void **state)
{
    size_t row = (size_t)(uintptr_t)*state;
    struct arena a;
    arena_init(&a, 0);
    const char *const names[] = {CUTS[row].reader};
    const struct viewer v = {
        .sees_all = CUTS[row].role == ROLE_OPERATOR, .names = names, .names_len = 1};
    const struct record_claim claim = {.kind = "shipped",
                                       .submitter = "cage:S",
                                       .sight = CUTS[row].sight,
                                       .by_holder = true,
                                       .proves_hop = CUTS[row].proves,
                                       .code = "L"};
    bool partial;
    json_t *body = json_loads(SALE, 0, NULL);
    json_t *seen = access_cut(&a, &v, &claim, body, &partial);
    const char *words[32], *name;
    json_t *value;
    size_t n = 0;
    char text[400] = "";
    json_object_foreach(seen, name, value) words[n++] = name;
    qsort(words, n, sizeof *words, compare_words);
    for (size_t i = 0; i < n; i++) {
        strcat(text, i ? " " : "");
        strcat(text, words[i]);
    }
    assert_string_equal(text, CUTS[row].expect);
    if (seen && partial && CUTS[row].sight != SIGHT_OWNER) {
        const json_t *documents = json_object_get(seen, "documents");
        assert_int_equal(json_array_size(documents), 1);
        const json_t *declares =
            json_object_get(json_array_get(documents, 0), "declares");
        bool is_issuer = strcmp(CUTS[row].reader, "cage:M") == 0;
        assert_int_equal(json_object_size(declares), is_issuer);
        assert_null(json_object_get(declares, "purchaseOrder"));
    }
    json_decref(seen);
    json_decref(body);
    arena_reset(&a);
}

int main(void)
{
    enum { FIXED = 4, N = FIXED + sizeof CUTS / sizeof *CUTS };
    struct CMUnitTest tests[N] = {
        {"a key's life", test_key_life, set_up, tear_down, NULL},
        {"bad grants", test_bad_grants, set_up, tear_down, NULL},
        {"rights", test_rights, set_up, tear_down, NULL},
        {"tokens", test_tokens, set_up, tear_down, NULL},
    };
    for (size_t i = FIXED; i < N; i++)
        tests[i] = (struct CMUnitTest){CUTS[i - FIXED].label, test_cut, NULL, NULL,
                                       (void *)(uintptr_t)(i - FIXED)};
    if (!getenv("PEDIGREE_DATABASE")) {
        print_message("skipped: PEDIGREE_DATABASE is unset; use scripts/with-postgres\n");
        return 0;
    }
    return _cmocka_run_group_tests("access", tests, N, NULL, NULL);
}
