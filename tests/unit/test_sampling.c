/* test_sampling - which test a method is, and what a sample can show (formula sheet 4). */
#include "../../src/rules/testing.h"
#include "pedigree/rules/rule.h"

#include "pedigree/base/cleanup.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void methods_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        enum test test;
    } METHODS[] = {
        {"visual-inspection", TEST_A2_DETAILED}, {"General visual inspection", TEST_A2}, {"x-ray-inspection", TEST_A4},
        {"X-ray fluorescence", TEST_A5}, {"XRF", TEST_A5}, {"decapsulation", TEST_A6}, {"delid / internal visual", TEST_A2_DETAILED},
        {"marking-permanency", TEST_A3}, {"heated solvent test", TEST_A3}, {"electrical-testing", TEST_C},
        {"material-analysis", TEST_A5}, {"manual-review", TEST_A1}, {"burn-in", TEST_D}, {"thermal cycling", TEST_B},
        {"attestation", TEST_NONE}, {"unknown", TEST_NONE}, {"", TEST_NONE}, {NULL, TEST_NONE},
    };
    for (size_t i = 0; i < LENGTH(METHODS); i++)
        assert_int_equal(test_of(METHODS[i].method), METHODS[i].test);
}

static void tests_are_compared_by_what_they_mean(void **state)
{
    (void)state;
    static const struct {
        const char *covered, *made;
        enum truth is;
    } CASES[] = {
        {"XRF", "x-ray fluorescence", YES},        {"Radiological inspection", "x-ray-inspection", YES},
        {"visual-inspection", "general visual", YES}, {"general visual", "visual-inspection", NO},
        {"XRF", "decapsulation", NO},              {"AS6171/2 option B", "visual-inspection", UNKNOWN},
        {"XRF", "acoustic microscopy by hand", NO}, {"XRF", "smell", UNKNOWN},
        {"smell", "Smell", YES},
    };
    for (size_t i = 0; i < LENGTH(CASES); i++)
        assert_int_equal(test_is(CASES[i].covered, CASES[i].made), CASES[i].is);
}

static void samples_are_the_matrix(void **state)
{
    (void)state;
    static const struct {
        enum test test;
        int64_t lot, sample;
    } SAMPLES[] = {
        {TEST_A1, 5000, 5000}, {TEST_A2, 77, 77}, {TEST_A2_DETAILED, 5000, 122}, {TEST_A2_DETAILED, 121, 121},
        {TEST_A3, 5000, 3}, {TEST_A3, 2, 2}, {TEST_A4, 200, 45}, {TEST_A4, 44, 44}, {TEST_A5, 10, 3}, {TEST_A6, 10, 3},
        {TEST_B, 10, 10}, {TEST_C, 200, 116}, {TEST_C, 199, 199}, {TEST_D, 199, 45}, {TEST_NONE, 100, 0}, {TEST_A4, 0, 0},
    };
    for (size_t i = 0; i < LENGTH(SAMPLES); i++)
        assert_int_equal(test_sample(SAMPLES[i].test, SAMPLES[i].lot), SAMPLES[i].sample);
}

static unsigned bits(const enum test *tests, size_t len)
{
    unsigned all = 0;
    for (size_t i = 0; i < len; i++)
        all |= 1U << tests[i];
    return all;
}
#define NEED(...) bits((const enum test[]){__VA_ARGS__}, LENGTH(((const enum test[]){__VA_ARGS__})))

static void tests_grow_with_the_risk(void **state)
{
    (void)state;
    assert_int_equal(tests_needed(0, SOURCE_TRACED), 0);
    assert_int_equal(tests_needed(2, SOURCE_TRACED), 0);
    assert_int_equal(tests_needed(0, SOURCE_APPROVED), NEED(TEST_A1, TEST_A2));
    assert_int_equal(tests_needed(0, SOURCE_OPEN), NEED(TEST_A1, TEST_A2, TEST_A3, TEST_A4, TEST_A5));
    assert_int_equal(tests_needed(1, SOURCE_UNTRACED),
                     NEED(TEST_A1, TEST_A2, TEST_A3, TEST_A4, TEST_A5, TEST_A6, TEST_C));
    assert_int_equal(tests_needed(2, SOURCE_UNTRACED),
                     NEED(TEST_A1, TEST_A2, TEST_A3, TEST_A4, TEST_A5, TEST_A6, TEST_B, TEST_C, TEST_D));
    for (int64_t c = 0; c < 3; c++)
        for (int s = SOURCE_TRACED; s < SOURCE_UNTRACED; s++)
            assert_int_equal(tests_needed(c, (enum source_class)s) & ~tests_needed(c, (enum source_class)(s + 1)), 0);
    assert_int_equal(tests_needed(-1, SOURCE_OPEN), tests_needed(0, SOURCE_OPEN));
    assert_int_equal(tests_needed(7, SOURCE_OPEN), tests_needed(2, SOURCE_OPEN));
}

/* By the formula as it is written. */
static double detects(int64_t lot, int64_t bad, int64_t sampled)
{
    double missed = 1.0;
    for (int64_t i = 0; i < sampled; i++)
        missed *= lot - bad - i > 0 ? (double)(lot - bad - i) / (double)(lot - i) : 0.0;
    return 1.0 - missed;
}

static void a_sample_finds_what_the_formula_says(void **state)
{
    (void)state;
    static const int64_t LOTS[] = {1, 2, 10, 45, 122, 200, 500, 1000};
    static const int64_t SAMPLED[] = {1, 3, 5, 45, 116, 122};
    for (size_t i = 0; i < LENGTH(LOTS); i++)
        for (size_t k = 0; k < LENGTH(SAMPLED) && SAMPLED[k] <= LOTS[i]; k++) {
            int64_t bad = sample_finds(LOTS[i], SAMPLED[k]);
            assert_true(bad >= 1 && bad <= LOTS[i]);
            assert_true(detects(LOTS[i], bad, SAMPLED[k]) >= 0.9 - 1e-12);
            assert_true(bad == 1 || detects(LOTS[i], bad - 1, SAMPLED[k]) < 0.9 + 1e-12);
        }
    assert_int_equal(sample_finds(100, 0), 101);
    assert_int_equal(sample_finds(100, 100), 1);
}

/* Domain reference 5.2, for large lots. */
static void the_shares_are_those_of_the_reference(void **state)
{
    (void)state;
    static const struct {
        int64_t sampled;
        double percent;
    } SHARES[] = {{122, 1.9}, {116, 2.0}, {45, 5.0}, {5, 37}, {3, 54}};
    for (size_t i = 0; i < LENGTH(SHARES); i++) {
        double percent = (double)sample_finds(1000000, SHARES[i].sampled) / 10000.0;
        double unit = SHARES[i].percent < 10 ? 0.1 : 1;
        assert_true(fabs(percent - SHARES[i].percent) <= unit / 2 + 1e-9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods_are_known),
        cmocka_unit_test(tests_are_compared_by_what_they_mean),
        cmocka_unit_test(samples_are_the_matrix),
        cmocka_unit_test(tests_grow_with_the_risk),
        cmocka_unit_test(a_sample_finds_what_the_formula_says),
        cmocka_unit_test(the_shares_are_those_of_the_reference),
    };
    return cmocka_run_group_tests_name("sampling", tests, NULL, NULL);
}
