/* test_label - labels as they really come, and what each field says. */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/base/clock.h"
#include "pedigree/codec/label.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define RS "\x1e"
#define GS "\x1d"
#define EOT "\x04"
#define PADDING "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
#define EIGP_FIELDS "P=596-777A1-ND|1P=XAF4444|Q=3|10D=1452|1T=BF1103|4L=US"

static const struct decoding {
    const char *label, *payload;
    enum label_form form;
    unsigned deviations;
    const char *fields; /* identifier=value|...; or why there are none */
} DECODINGS[] = {
    /* From public test suites and issues (domain reference 8.3). */
    {"EIGP 114", "[)>" RS "06" GS "P596-777A1-ND" GS "1PXAF4444" GS "Q3" GS "10D1452" GS "1TBF1103" GS "4LUS" RS EOT,
     LABEL_ENVELOPE, 0, EIGP_FIELDS},
    {"Digi-Key, with lot and date", "[)>" RS "06" GS "PQ1045-ND" GS "1P364019-01" GS "30PQ1045-ND" GS "K12432 TRAVIS FOSS P" GS "1K85732873" GS
     "10K103332956" GS "9D231013" GS "1TQJ13P" GS "11K1" GS "4LTW" GS "Q3" GS "11ZPICK" GS "12Z7360988" GS "13Z999999" GS "20Z" PADDING,
     LABEL_ENVELOPE, LABEL_NO_TRAILER,
     "P=Q1045-ND|1P=364019-01|30P=Q1045-ND|K=12432 TRAVIS FOSS P|1K=85732873|10K=103332956|9D=231013|1T=QJ13P|11K=1|4L=TW|Q=3|"
     "11Z=PICK|12Z=7360988|13Z=999999|20Z=" PADDING},
    {"Digi-Key, without", "[)>" RS "06" GS "P296-LM358BIDDFRCT-ND" GS "1PLM358BIDDFR" GS "K" GS "1K72991337" GS "10K85781337" GS "11K1" GS "4LPH"
     GS "Q10" GS "11ZPICK" GS "12Z15221337" GS "13Z361337" GS "20Z" PADDING,
     LABEL_ENVELOPE, LABEL_NO_TRAILER | LABEL_EMPTY_FIELD,
     "P=296-LM358BIDDFRCT-ND|1P=LM358BIDDFR|K=|1K=72991337|10K=85781337|11K=1|4L=PH|Q=10|11Z=PICK|12Z=15221337|13Z=361337|20Z=" PADDING},
    {"Mouser", "[)>" RS "06" GS "KP0-1337" GS "14K011" GS "1PMC34063ADR" GS "Q3" GS "11K073121337" GS "4LMX" GS "1VTI" RS EOT,
     LABEL_ENVELOPE, 0, "K=P0-1337|14K=011|1P=MC34063ADR|Q=3|11K=073121337|4L=MX|1V=TI"},
    {"Mouser, old", ">[)>06" GS "K21421337" GS "14K033" GS "1PLDK320ADU33R" GS "Q32" GS "11K060931337" GS "4LCN" GS "1VSTMicro",
     LABEL_ENVELOPE, LABEL_CUT_HEADER | LABEL_NO_HEADER_RS | LABEL_NO_TRAILER,
     "K=21421337|14K=033|1P=LDK320ADU33R|Q=32|11K=060931337|4L=CN|1V=STMicro"},
    {"carton", "[)>" RS "06" GS "1P3TN01414BA" GS "18VLENOK" GS "2P01" GS "1VOM02" GS "Q9" GS "4LCN" GS "3SM022540C0126A10210" RS EOT,
     LABEL_ENVELOPE, 0, "1P=3TN01414BA|18V=LENOK|2P=01|1V=OM02|Q=9|4L=CN|3S=M022540C0126A10210"},
    {"Wuerth, without RS", "[)>06" GS "1P875105242006" GS "Q20" GS "1T317010012523270" GS "16D20250629",
     LABEL_ENVELOPE, LABEL_NO_HEADER_RS | LABEL_NO_TRAILER, "1P=875105242006|Q=20|1T=317010012523270|16D=20250629"},
    {"Wuerth, as a keyboard scanner types it", "[)>06\u241d1P875105242006\u241dQ20\u241d1T317010012523270\u241d16D20250629",
     LABEL_ENVELOPE, LABEL_NO_HEADER_RS | LABEL_NO_TRAILER | LABEL_PICTURES, "1P=875105242006|Q=20|1T=317010012523270|16D=20250629"},
    {"LCSC", "{pbn:PICK2009291337,on:SO2009291337,pc:C312270,pm:ST-1-102-A01-T000-RS,qty:2,mc:,cc:1,pdi:34421807}",
     LABEL_BRACES, LABEL_NOT_FORMAT_06 | LABEL_EMPTY_FIELD,
     "pbn=PICK2009291337|on=SO2009291337|pc=C312270|pm=ST-1-102-A01-T000-RS|qty=2|mc=|cc=1|pdi=34421807"},
    {"TME, QR", "QTY:1 PN:WBP-302 PO:19361337/1 CPO:PO-2023-06-08-001337 MFR:WISHERENTERPRISE MPN:WBP-302 RoHS https://www.tme.eu/details/WBP-302",
     LABEL_WORDS, LABEL_NOT_FORMAT_06 | LABEL_NO_IDENTIFIER,
     "QTY=1|PN=WBP-302|PO=19361337/1|CPO=PO-2023-06-08-001337|MFR=WISHERENTERPRISE|MPN=WBP-302|=RoHS|https=//www.tme.eu/details/WBP-302"},
    {"TME, data matrix", "PWBP-302 1PMPNWBP-302 Q1 K19361337/1",
     LABEL_BLANKS, LABEL_NOT_FORMAT_06, "P=WBP-302|1P=MPNWBP-302|Q=1|K=19361337/1"},
    {"Digi-Key pre-pack, typed in code page 437", "[)>\u25b206\u2194J2DA5B02E.F7714D73.93C6D152.7F652D6B5032\u2194PAZ1117EH-3.3TRG1DICT-ND\u2194"
     "1PAZ1117EH-3.3TRG1\u21949D1719\u219414Z170507\u21941TH510592.U1\u21944LCN\u2194Q000000001\u219413Z000000\u2194\u25b2",
     LABEL_ENVELOPE, LABEL_PICTURES | LABEL_NO_TRAILER,
     "J=2DA5B02E.F7714D73.93C6D152.7F652D6B5032|P=AZ1117EH-3.3TRG1DICT-ND|1P=AZ1117EH-3.3TRG1|9D=1719|14Z=170507|1T=H510592.U1|4L=CN|"
     "Q=000000001|13Z=000000"},
    {"the same, with what a scanner adds", "[)>" RS "06" GS "1PAZ1117EH-3.3TRG1" GS "Q000000001" GS "13Z000000" RS "V\r",
     LABEL_ENVELOPE, LABEL_AFTER_TRAILER | LABEL_NO_TRAILER, "1P=AZ1117EH-3.3TRG1|Q=000000001|13Z=000000"},

    /* Headers and separators. */
    {"separators of a private-use area", "[)>\uf70c06\uf70bPYAG3365CT-ND\uf70b1PRT1206FRE07100KL\uf70bK\uf70bQ100",
     LABEL_ENVELOPE, LABEL_PICTURES | LABEL_NO_TRAILER | LABEL_EMPTY_FIELD, "P=YAG3365CT-ND|1P=RT1206FRE07100KL|K=|Q=100"},
    {"separators written out", "[)>{RS}06{GS}1PXAF4444{GS}Q3{RS}{EOT}", LABEL_ENVELOPE, LABEL_PICTURES, "1P=XAF4444|Q=3"},
    {"likewise", "[)><RS>06<GS>1PXAF4444<GS>Q3<RS><EOT>", LABEL_ENVELOPE, LABEL_PICTURES, "1P=XAF4444|Q=3"},
    {"control pictures", "[)>\u241e06\u241d1PXAF4444\u241dQ3\u241e\u2404", LABEL_ENVELOPE, LABEL_PICTURES, "1P=XAF4444|Q=3"},
    {"another keyboard", "[)>^06]1PXAF4444]Q3^", LABEL_ENVELOPE, LABEL_PICTURES | LABEL_NO_TRAILER, "1P=XAF4444|Q=3"},
    {"a picture in a value stays", "[)>" RS "06" GS "1PX<GS>Y" GS "Q3" RS EOT, LABEL_ENVELOPE, 0, "1P=X<GS>Y|Q=3"},
    {"header without its first character", ")>" RS "06" GS "1PXAF4444" GS "Q3" RS EOT, LABEL_ENVELOPE, LABEL_CUT_HEADER, "1P=XAF4444|Q=3"},
    {"header without two", ">06" GS "1PXAF4444" GS "Q3" RS EOT, LABEL_ENVELOPE, LABEL_CUT_HEADER | LABEL_NO_HEADER_RS, "1P=XAF4444|Q=3"},
    {"header of the scanner before it", "]d1[)>" RS "06" GS "1PXAF4444" GS "Q3" RS EOT, LABEL_ENVELOPE, 0, "1P=XAF4444|Q=3"},
    {"no header at all", "1PXAF4444" GS "Q3" RS EOT, LABEL_BARE, LABEL_NO_HEADER, "1P=XAF4444|Q=3"},
    {"only the format is left of it", "06" GS "1PXAF4444" GS "Q3", LABEL_BARE, LABEL_NO_HEADER | LABEL_NO_TRAILER, "1P=XAF4444|Q=3"},
    {"format runs into a field", "[)>" RS "061PXAF4444" GS "Q3" RS EOT, LABEL_ENVELOPE, LABEL_NO_FORMAT_GS, "1P=XAF4444|Q=3"},
    {"EOT without RS", "[)>" RS "06" GS "1PXAF4444" GS "Q3" EOT, LABEL_ENVELOPE, 0, "1P=XAF4444|Q=3"},
    {"GS before the trailer", "[)>" RS "06" GS "1PXAF4444" GS "Q3" GS RS EOT, LABEL_ENVELOPE, 0, "1P=XAF4444|Q=3"},
    {"a line end behind it", "[)>" RS "06" GS "1PXAF4444" GS "Q3" RS EOT "\r\n", LABEL_ENVELOPE, 0, "1P=XAF4444|Q=3"},
    {"something behind it", "[)>" RS "06" GS "1PXAF4444" GS "Q3" RS EOT "Q4", LABEL_ENVELOPE, LABEL_AFTER_TRAILER, "1P=XAF4444|Q=3"},
    {"two records of the format", "[)>" RS "06" GS "1PXAF4444" RS "06" GS "Q3" RS EOT, LABEL_ENVELOPE, 0, "1P=XAF4444|Q=3"},
    {"a second format", "[)>" RS "06" GS "1PXAF4444" RS "12" GS "IDX" RS EOT, LABEL_ENVELOPE, LABEL_OTHER_FORMAT, "1P=XAF4444"},

    /* Fields. */
    {"zeros before an identifier", "[)>" RS "06" GS "01PXAF4444" GS "0Q3" RS EOT, LABEL_ENVELOPE, LABEL_LEADING_ZERO, "1P=XAF4444|Q=3"},
    {"a field without identifier", "[)>" RS "06" GS "1PXAF4444" GS "-7" RS EOT, LABEL_ENVELOPE, LABEL_NO_IDENTIFIER, "1P=XAF4444|=-7"},
    {"an identifier nobody knows", "[)>" RS "06" GS "99XABC" RS EOT, LABEL_ENVELOPE, 0, "99X=ABC"},
    {"blanks around a value", "[)>" RS "06" GS "1P XAF 4444 " GS "Q 3" RS EOT, LABEL_ENVELOPE, 0, "1P=XAF 4444|Q=3"},

    /* What cannot be parted is not guessed at. */
    {"separators lost", "[)>06PYAG3365CT-ND1PRT1206FRE07100KLQ100", LABEL_ENVELOPE, LABEL_NO_HEADER_RS | LABEL_NO_FORMAT_GS,
     "its separators were lost, so that nobody can say where a field ends"},
    {"GS1", "[)>" RS "05" GS "0109506000134352" RS EOT, LABEL_ENVELOPE, 0, "it is of another format than 06, which is not decoded here"},
    {"an envelope with nothing in it", "[)>" RS "06" GS RS EOT, LABEL_ENVELOPE, 0, "it holds no field"},
    {"a part number", "SN74HC00N", LABEL_UNKNOWN, 0, "it has no form of label that is known here"},
    {"words", "Quantity 20 pieces", LABEL_UNKNOWN, 0, "it has no form of label that is known here"},
    {"words that could be fields", "P1 Q2", LABEL_UNKNOWN, 0, "it has no form of label that is known here"},
    {"braces of something else", "{a:1,b:2}", LABEL_UNKNOWN, 0, "it has no form of label that is known here"},
    {"nothing", "", LABEL_UNKNOWN, 0, "it has no form of label that is known here"},
};

static const char *told(struct arena *a, const struct label *l)
{
    struct text t = text_new(a);
    for (size_t i = 0; i < l->fields_len; i++)
        text_addf(&t, "%s%s=%s", i ? "|" : "", l->fields[i].identifier, l->fields[i].value);
    return l->trouble ? l->trouble : text_str(&t);
}

static void test_decoding(void **state)
{
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < LENGTH(DECODINGS); i++) {
        const struct decoding *d = &DECODINGS[i];
        struct label l = label_decode(&a, d->payload);
        if (strcmp(told(&a, &l), d->fields) != 0 || l.form != d->form || l.deviations != d->deviations)
            print_message("  %s\n", d->label);
        assert_string_equal(told(&a, &l), d->fields);
        assert_int_equal(l.form, d->form);
        assert_int_equal(l.deviations, d->deviations);
    }
    arena_reset(&a);
    (void)state;
}

/* ---- single fields ---- */

static const struct {
    const char *field, *readings; /* first..last, ...; "N/T"; "" */
} DATES[] = {
    {"10D1452", "2014-12-22..2014-12-28"},
    {"9D2114", "2021-04-05..2021-04-11"},
    {"9D231013", "2023-10-13..2023-10-13"},
    {"9D201012", "2010-03-22..2010-03-28,2020-10-12..2020-10-12"},
    {"11D202152", "2021-12-27..2022-01-02"},
    {"12D20250629", "2025-06-29..2025-06-29"},
    {"16D20250629", "2025-06-29..2025-06-29"},
    {"13D14501502", "2014-12-08..2015-01-11"},
    {"13D1450", "2014-12-08..2014-12-14"},
    {"3D5123", "2015-05-03..2015-05-03,2025-05-03..2025-05-03"},
    {"4D25180", "2025-06-29..2025-06-29"},
    {"6D20250629094", "2025-06-29..2025-06-29"},
    {"6D2025", ""},
    {"14D20280101", "2028-01-01..2028-01-01"},
    {"9DN/T", "N/T"},
    {"10Dn/t", "N/T"},
    {"9D2154", ""},
    {"9DLAST WEEK", ""},
    {"10D" PADDING, ""},
};

static const char *readings(struct arena *a, const struct date_code *dc)
{
    struct text t = text_new(a);
    char first[11], last[11];
    for (size_t i = 0; i < dc->candidates_len; i++)
        text_addf(&t, "%s%s..%s", i ? "," : "", day_text(dc->candidates[i].first, first),
                  day_text(dc->candidates[i].last, last));
    return dc->not_traceable ? "N/T" : text_str(&t);
}

static struct label one_field(struct arena *a, const char *field)
{
    return label_decode(a, arena_printf(a, "[)>" RS "06" GS "%s" RS EOT, field));
}

static void test_dates(void **state)
{
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < LENGTH(DATES); i++) {
        struct label l = one_field(&a, DATES[i].field);
        assert_int_equal(l.fields_len, 1);
        struct date_code dc = label_date(&l.fields[0], day_from_ymd(2026, 11, 24));
        assert_string_equal(readings(&a, &dc), DATES[i].readings);
    }
    arena_reset(&a);
    (void)state;
}

static const struct {
    const char *field;
    int64_t pieces;
} PIECES[] = {{"Q3", 3},       {"Q000000001", 1}, {"Q2,500", -1},  {"Q2.5", -1},  {"Q", -1},
              {"7Q100PC", 100}, {"7Q5 EA", 5},     {"7Q12MT", -1},  {"Q0", 0},     {"Q-4", -1},
              {"Q9999999999999999", -1}, {"Q00000000000000000000000007", 7}};

static void test_pieces(void **state)
{
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < LENGTH(PIECES); i++) {
        struct label l = one_field(&a, PIECES[i].field);
        assert_int_equal(label_pieces(&l.fields[0]), PIECES[i].pieces);
    }
    arena_reset(&a);
    (void)state;
}

static const struct {
    const char *field;
    int64_t nth, of; /* 0: not to be read */
} PACKAGES[] = {{"13Q2/5", 2, 5}, {"13Q5/5", 5, 5}, {"13Q6/5", 0, 0}, {"13Q0/5", 0, 0}, {"13Q002005", 0, 0}, {"13Q2/5x", 0, 0}};

static void test_packages(void **state)
{
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < LENGTH(PACKAGES); i++) {
        int64_t nth = 0, of = 0;
        struct label l = one_field(&a, PACKAGES[i].field);
        assert_int_equal(label_of_packages(&l.fields[0], &nth, &of), PACKAGES[i].nth > 0);
        if (PACKAGES[i].nth) {
            assert_int_equal(nth, PACKAGES[i].nth);
            assert_int_equal(of, PACKAGES[i].of);
        }
    }
    arena_reset(&a);
    (void)state;
}

static const struct {
    const char *field, *maker;
} MAKERS[] = {{"1VTI", "TI"},           {"10VSTMicro", "STMicro"}, {"17V1ABC5", "cage:1ABC5"}, {"25V1ABC5", "cage:1ABC5"},
              {"17V1ABC", NULL},        {"12V123456789", "duns:123456789"},
              {"12V12345", NULL},       {"18VVLENOK", NULL}};

static void test_makers(void **state)
{
    struct arena a;
    arena_init(&a, 0);
    for (size_t i = 0; i < LENGTH(MAKERS); i++) {
        struct label l = one_field(&a, MAKERS[i].field);
        const char *maker = label_maker(&a, &l.fields[0]);
        assert_true(text_is(maker, MAKERS[i].maker));
    }
    struct label l = one_field(&a, "50PXAF4444+REV2");
    assert_string_equal(label_mpn(&a, &l.fields[0]), "XAF4444");
    l = one_field(&a, "1PXAF+4444");
    assert_string_equal(label_mpn(&a, &l.fields[0]), "XAF+4444");
    arena_reset(&a);
    (void)state;
}

/* The same label, whatever the scanner made of it; and what makes it another. */
static void test_same(void **state)
{
    static const char *const SAME[] = {
        "[)>" RS "06" GS "1PXAF4444" GS "Q3" GS "3SR1" RS EOT,
        "[)>06" GS "1PXAF4444" GS "Q3" GS "K" GS "3SR1" GS "20Z000",
        "[)>\u241e06\u241d01PXAF4444\u241dQ3\u241d3SR1",
        "1PXAF4444" GS "Q3" GS "3SR1\r\n",
    };
    struct arena a;
    arena_init(&a, 0);
    struct label first = label_decode(&a, SAME[0]);
    for (size_t i = 1; i < LENGTH(SAME); i++) {
        struct label l = label_decode(&a, SAME[i]);
        assert_string_equal(label_canonical(&a, &l), label_canonical(&a, &first));
        assert_string_equal(label_unique(&l), "R1");
    }
    struct label other = label_decode(&a, "[)>" RS "06" GS "1PXAF4444" GS "Q3" GS "SA17" RS EOT);
    assert_string_equal(label_unique(&other), "A17");
    assert_string_not_equal(label_canonical(&a, &other), label_canonical(&a, &first));
    struct label none = label_decode(&a, "[)>" RS "06" GS "1PXAF4444" GS "3S" RS EOT);
    assert_null(label_unique(&none));
    arena_reset(&a);
    (void)state;
}

static void test_words(void **state)
{
    for (unsigned i = 0; i < LABEL_DEVIATIONS; i++)
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(label_deviation_words(1U << i), label_deviation_words(1U << k));
    assert_string_equal(label_deviation_words(LABEL_NO_TRAILER), "has no trailer");
    assert_string_equal(label_form_word(LABEL_ENVELOPE), "ISO/IEC 15434 format 06");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decoding), cmocka_unit_test(test_dates),  cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_packages), cmocka_unit_test(test_makers), cmocka_unit_test(test_same),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
