/*
 * test_members - every member of every record type, as records.md lists them: taken as it
 * should be, refused at its own place when it is anything else.
 */
#include "pedigree/base/cleanup.h"
#include "pedigree/base/text.h"
#include "pedigree/base/text.h"
#include "pedigree/codec/codec.h"

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

/* clang-format off */

/* JSON with ' for ", so that it can be read. */
#define COMMON "'time':'2024-08-01T10:00:00+02:00','id':'K-1','site':'DC1','note':'two\\nlines','extensions':{'erp':{'no':7,'ok':true}},'signature':'e30..AAAA'," \
    "'reference':{'purchaseOrder':'PO-1','line':'10','salesOrder':'SO-1','shipment':'PS-1','invoice':'I-1','workOrder':'W-1',"               \
    "'rma':'R-1','contract':'C-1','kit':'K-1'},"                                                                                             \
    "'documents':[{'kind':'coc','sha256':'" SHA "','number':'C-55120','issuer':'cage:1ABC5','date':'2024-07','form':'AS9163',"               \
    "'redacts':'" SHA "','mediaType':'application/pdf','size':0,'declares':{'line':'1','manufacturer':'TI','mpn':'LM317','lotSize':9000,"                   \
    "'quantity':9007199254740992,'dateCodes':['2431'],'traceCodes':['A'],'serials':['1'],'madeIn':'DD','condition':'new',"                   \
    "'purchaseOrder':'PO-1','site':'X','statement':'conforms\\nin all','signatory':'N. N.',"                                                 \
    "'parent':{'issuer':'gln:4012345000009','number':'7','sha256':'" SHA "'}}}]"
#define SHA "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PART "{'manufacturer':'TI','mpn':'LM317'}"
#define DESCRIPTION "{'code':'R-1','part':" PART ",'quantity':2500,'dateCodes':['2431',{'code':'2432','quantity':500,'traceCodes':['B'],"     \
    "'madeIn':'MY'}],'traceCodes':['A'],'madeIn':'AA','assembledIn':'PH','diffusedIn':'US','condition':'surplus','owner':'lei:5299000J2N45DDNE4Y28'," \
    "'packaging':'reel','seal':'factory','packageIds':['3S-1',{'id':'3S-2','quantity':500}],'sealedOn':'2024-07-30','expires':'2026',"       \
    "'serials':['1'],'finish':'e3','msl':3,'bin':'B','contentHash':'sha256:9f2c','customerPart':'CP-1','labels':['[)>\\u001e06\\u001dQ3\\u001e\\u0004']}"
#define PIECES "'serials':['1'],'packageIds':['3S-1'],'dateCodes':['2431']"
#define FROM "'from':{'organisation':'name:zz/broker','lot':['S-1','S-2'],'site':'HQ','country':'SU','shipped':'2024-07-31','as':'exclusive-trace'," \
    "'assembly':{'part':" PART ",'serial':'SN-1'}}"
#define DATED "'from':'2020','to':'2025-12-31'"

static const struct full {
    const char *label, *json;
} FULL[] = {
    {"manufactured", "{'type':'manufactured'," COMMON ",'lot':" DESCRIPTION ",'lotSize':9000,'inputs':[{'lot':'W-1','quantity':1," PIECES "}]}"},
    {"received", "{'type':'received'," COMMON ",'lot':" DESCRIPTION "," FROM ",'seller':'duns:123456789','reason':'consignment','ordered':'2024-06',"
        "'price':{'amount':'0.4120','currency':'DEM','per':1000}}"},
    {"shipped", "{'type':'shipped'," COMMON ",'lot':'R-1','quantity':1," PIECES ",'to':{'organisation':'uei:ABCDEF123456','lot':'G-1','site':'X',"
        "'country':'CH'},'buyer':'reg:cn/91440300MA5X','reason':'return','condition':'used','as':'approved'}"},
    {"transformed", "{'type':'transformed'," COMMON ",'how':'repack','inputs':[{'lot':'A','quantity':2," PIECES "}],'outputs':[" DESCRIPTION "]}"},
    {"counted", "{'type':'counted'," COMMON ",'lot':" DESCRIPTION ",'quantity':0,'book':0," PIECES "," FROM ",'reason':'seized'}"},
    {"described", "{'type':'described'," COMMON ",'lot':" DESCRIPTION "," PIECES "}"},
    {"inspected", "{'type':'inspected'," COMMON ",'lot':{'organisation':'cage:1ABC5','code':'G-1'},'purpose':'authenticity','standard':'AS6081',"
        "'methods':[{'method':'xrf','sampled':5,'suspect':0,'nonconforming':0,'destroyed':1,'dateCodes':['2431'],'accreditation':'L-1','elements':[{'element':'Pb','percent':'0.02'}],'contentHash':'sha256:9f2c','blank':false}],"
        "'laboratory':{'organisation':'cage:2ABC5','site':'L'},'observed':" DESCRIPTION ",'result':'inconclusive'," PIECES "}"},
    {"held", "{'type':'held'," COMMON ",'lot':'R-1','quantity':1," PIECES ",'reason':'papers','location':'Q1'}"},
    {"released", "{'type':'released'," COMMON ",'lot':'R-1','quantity':1," PIECES ",'reason':'papers came','authority':'QA'}"},
    {"allocated", "{'type':'allocated'," COMMON ",'lot':'R-1','quantity':1," PIECES ",'programme':'FCC-2'}"},
    {"installed", "{'type':'installed'," COMMON ",'lot':'R-1','quantity':1," PIECES ",'into':{'part':" PART ",'serials':['1'],'workOrder':'W',"
        "'lot':'A-1','application':'flight'}}"},
    {"scrapped", "{'type':'scrapped'," COMMON ",'lot':'R-1','quantity':1," PIECES ",'method':'attrition','witness':'W','authority':'A'}"},
    {"verified", "{'type':'verified'," COMMON ",'of':{'record':18841,'document':{'issuer':'cage:1ABC5','number':'7','sha256':'" SHA "'},'part':" PART ","
        "'traceCodes':['A'],'dateCodes':['2431']},'answer':'cannot-tell'}"},
    {"voided", "{'type':'voided'," COMMON ",'record':'K-1','reason':'typed twice','replacement':7}"},
    {"redacted", "{'type':'redacted'," COMMON ",'record':18841,'parts':['price','text'],'reason':'a name in it','authority':'QA'}"},
    {"organisation", "{'type':'organisation'," COMMON ",'organisation':'cage:1ABC5','name':'Acme','aliases':[{'name':'ACME'," DATED "}],'roles':['ems'],"
        "'country':'YU','parent':'cage:2ABC5','successorOf':[{'organisation':'cage:3ABC5','from':'1999','scope':'all'}],'sites':[{'code':'DC1',"
        "'country':'DE','address':'Street 1\\nTown','keeper':'cage:4ABC5'," DATED ",'activities':['test']}],'signatories':[{'name':'N. N.'," DATED "}],"
        "'agents':['cage:5ABC5']}"},
    {"authorization", "{'type':'authorization'," COMMON ",'holder':'cage:1ABC5','by':'cage:2ABC5','manufacturer':'TI','scope':{'parts':['LM317'," PART "],"
        "'lines':['L'],'packages':['SOT-223'],'regions':['EMEA']},'kind':'contract-manufacturer'," DATED "}"},
    {"certificate", "{'type':'certificate'," COMMON ",'scheme':'IECQ','number':'1','holder':'cage:1ABC5','body':'B','scope':'S','methods':['xrf'],"
        "'sites':['DC1'],'standard':'AS6081','issued':'2020','expires':'2025','status':'suspended','statusFrom':'2024','product':'P','level':2,"
        "'profile':'P','kind':'K','basis':'B'}"},
    {"part", "{'type':'part'," COMMON ",'part':" PART ",'source':'TI','aliases':['LM-317'," PART "],'category':'regulator','family':'LM','grade':'industrial',"
        "'introduced':'1976','lifecycle':'nrnd','yearsToEndOfLife':0,'endOfProduction':'2030','dateCodeFormats':[{'format':'YYWW'," DATED "}],"
        "'traceCodePattern':'[A-Z]+','traceCodeReuse':'never','sites':[{'country':'MY','activity':'assembly'," DATED "}],'package':'SOT-223',"
        "'packQuantities':[2500],'temperature':{'min':-40,'max':125},'voltage':37,'finishes':[{'finish':'e3'," DATED "}],'msl':'2a','featureSize':0,"
        "'seeSensitive':false,'programmable':true,'contentHash':'h','exportControl':'EAR99','alternates':[" PART "]}"},
    {"notice", "{'type':'notice'," COMMON ",'kind':'PDN','number':'1','withdraws':'0','manufacturer':'TI','parts':[" PART ",{'part':" PART ","
        "'lastOrder':'2025','lastShip':'2026','replacement':" PART ",'reasons':['FORM'],'designation':'D','revision':'B','category':'ACEL'}],"
        "'issued':'2024','effective':'2024','fromDateCode':'2440','lastOrder':'2025','lastShip':'2026','endOfProduction':'2026',"
        "'startOfProduction':'2024','endOfService':'2030','reasons':['site'],'title':'T','description':'what\\nchanges','identification':'a dot',"
        "'replacements':['LM318'],'successor':'cage:1ABC5'}"},
    {"alert", "{'type':'alert'," COMMON ",'source':'GIDEP','number':'1','class':'suspect-counterfeit','issued':'2024','parts':[" PART "],'dateCodes':['2210-2230'],"
        "'traceCodes':['22*'],'serials':['1'],'suppliers':['name:zz/broker'],'summary':'two\\nlines','withdrawn':false}"},
    {"offer", "{'type':'offer'," COMMON ",'part':" PART ",'seller':'cage:1ABC5','tier':'T3','amount':'1','currency':'EUR','per':1,'quantityBreak':100,"
        "'available':0,'leadTimeWeeks':0}"},
    {"snapshot", "{'type':'snapshot'," COMMON ",'source':'IECQ','of':'certificates','complete':true,'count':0}"},
    {"bom", "{'type':'bom'," COMMON ",'name':'FCC-2','revision':'B','phase':'production','criticality':'flight-critical','environment':{'temperature':"
        "{'min':-55,'max':85},'altitude':50000,'voltage':28},'whiskerLevel':'2C','nuclear':false,'networked':true,'securityLevel':3,'securityProfile':'IEC 62443-6-2','supportUntil':'2045',"
        "'lines':[{'part':" PART ",'perUnit':2,'annualDemand':0,'onHand':0,'onOrder':0}]}"},
    {"decision", "{'type':'decision'," COMMON ",'about':{'lot':{'organisation':'cage:1ABC5','code':'R-1'},'part':" PART ",'notice':{'manufacturer':'TI','number':'1'},"
        "'alert':{'source':'ERAI','number':'1'},'organisation':'cage:1ABC5','programme':'FCC-2'},'kind':'derogation','outcome':'use','until':'2026','authority':'A'}"},
    {"review", "{'type':'review'," COMMON ",'case':'7','step':'dispositioned','lots':['R-1',{'organisation':'cage:1ABC5','code':'R-2'}],'aware':'2024',"
        "'disposition':'scrap','to':'GIDEP','number':'1','exemption':'none'}"},
    {"policy", "{'type':'policy'," COMMON ",'parameters':{'CAP-060':{'tolerance':3}}}"},
};
_Static_assert(LENGTH(FULL) == REC_COUNT, "every type");
/* clang-format on */

static json_t *full(const struct full *f)
{
    char *text = arena_strdup(&arena, f->json);
    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    json_error_t e;
    json_t *v = json_loads(text, 0, &e);
    if (!v)
        fail_msg("%s: %s at %d", f->label, e.text, e.column);
    return v;
}

static bool taken(json_t *v, struct error *err)
{
    struct decoded d;
    *err = (struct error){0};
    json_t *copy = json_deep_copy(v); /* the signature is taken out of it */
    bool is_taken = record_decode_json(&arena, copy, &d, err);
    json_decref(copy);
    if (is_taken)
        json_decref(d.record->json);
    return is_taken;
}

/* ---- every member that the schema has is in the record above, or it was forgotten ----
 */

static const json_t *resolved(const json_t *defs, const json_t *schema)
{
    const char *to = json_string_value(json_object_get(schema, "$ref"));
    return to ? json_object_get(defs, to + strlen("#/$defs/")) : schema;
}

static void covered(const json_t *defs, const json_t *schema, const json_t *v,
                    const char *where)
{
    const char *key;
    json_t *child;
    size_t i;
    schema = resolved(defs, schema);
    json_array_foreach(json_object_get(schema, "anyOf"), i, child)
        covered(defs, child, v, where);
    if (json_is_array(v) && json_object_get(schema, "items"))
        covered(defs, json_object_get(schema, "items"),
                json_array_get(v, json_array_size(v) - 1), where);
    if (json_is_object(v))
        json_object_foreach((json_t *)json_object_get(schema, "properties"), key, child)
        {
            if (!json_object_get(v, key) && strcmp(where, "/parts") != 0)
                fail_msg("%s/%s is not tried", where, key);
            covered(defs, child, json_object_get(v, key),
                    arena_printf(&arena, "%s/%s", where, key));
        }
}

static void test_full(void **state)
{
    const struct full *f = &FULL[(size_t)(uintptr_t)*state];
    enum record_type type;
    struct error err;
    json_t *v = full(f);
    assert_true(record_type_find(f->label, &type));
    if (!taken(v, &err))
        fail_msg("%s: %s", err.where, err.detail);
    json_t *defs = schema_definitions(), *schema = schema_record(type);
    covered(defs, schema, v, "");
    json_decref(schema);
    json_decref(defs);
    json_decref(v);
}

/* ---- what is refused, and where ---- */

static const struct wrong {
    const char *json;
    bool everywhere; /* also where anything goes */
    const char *detail;
} WRONG[] = {
    {"1.5", true, "has a point or an exponent"},
    {"9007199254740993", true, "past 2^53"},
    {"null", false, "is null; leave the member out"},
    {"{\"zzz\":1}", false, ""},
    {"[[]]", false, ""},
    {"\"\\u0001\"", false, ""},
};

static void refused(json_t *root, const char *where, const char *detail)
{
    struct error err;
    if (taken(root, &err))
        fail_msg("%s is taken", where);
    if (strncmp(err.where, where, strlen(where)) != 0 || !err.detail[0] ||
        !strstr(err.detail, detail))
        fail_msg("%s: told at %s: %s", where, err.where, err.detail);
}

static void replaced(json_t *root, json_t *holder, const char *key, size_t index,
                     const char *where, bool is_free)
{
    json_t *was = json_is_object(holder) ? json_object_get(holder, key)
                                         : json_array_get(holder, index);
    json_incref(was);
    for (size_t i = 0; i < LENGTH(WRONG); i++) {
        json_t *other = json_loads(WRONG[i].json, JSON_DECODE_ANY, NULL);
        if (json_is_object(holder))
            json_object_set(holder, key, other);
        else
            json_array_set(holder, index, other);
        if (!is_free || WRONG[i].everywhere)
            refused(root, where, WRONG[i].detail);
        json_decref(other);
    }
    if (json_is_object(holder))
        json_object_set_new(holder, key, was);
    else
        json_array_set_new(holder, index, was);
}

static void spoilt(json_t *root, json_t *v, const char *where, bool is_free)
{
    void *next;
    const char *key;
    json_t *child;
    size_t i;
    json_array_foreach(v, i, child)
    {
        const char *at = arena_printf(&arena, "%s/%zu", where, i);
        replaced(root, v, NULL, i, at, is_free);
        spoilt(root, child, at, is_free);
    }
    json_object_foreach_safe(v, next, key, child)
    {
        const char *at = arena_printf(&arena, "%s/%s", where, key);
        bool free_below =
            is_free || strcmp(key, "extensions") == 0 || strcmp(key, "parameters") == 0;
        replaced(root, v, key, 0, at, free_below);
        spoilt(root, child, at, free_below);
    }
    if (json_is_object(v) && !is_free) {
        json_object_set_new(v, "zz9", json_integer(1));
        refused(root, arena_printf(&arena, "%s/zz9", where), "unknown member \"zz9\"");
        json_object_del(v, "zz9");
    }
}

static void test_spoilt(void **state)
{
    json_t *v = full(&FULL[(size_t)(uintptr_t)*state]);
    spoilt(v, v, "", false);
    json_decref(v);
}

/* Required members, of the record and of what is in it, and nothing else. */
static const struct required {
    const char *label, *words;
} REQUIRED[] = {
    {"manufactured",
     "type time lot lot/code lot/part lot/quantity inputs/0/lot inputs/0/quantity"},
    {"received", "type time lot lot/code lot/part lot/part/manufacturer lot/part/mpn "
                 "lot/quantity price/amount price/currency"},
    {"shipped", "type time lot quantity documents/0/kind"},
    {"transformed", "type time how inputs outputs inputs/0/lot inputs/0/quantity "
                    "outputs/0/code outputs/0/quantity"},
    {"counted", "type time lot quantity lot/code lot/part"},
    {"described", "type time lot lot/code"},
    {"inspected", "type time lot lot/code methods methods/0/method methods/0/sampled "
                  "result laboratory/organisation"},
    {"held", "type time lot reason"},
    {"released", "type time lot reason authority"},
    {"allocated", "type time lot quantity programme"},
    {"installed", "type time lot quantity into"},
    {"scrapped", "type time lot quantity method"},
    {"verified", "type time of answer of/document/issuer"},
    {"voided", "type time record reason"},
    {"redacted", "type time record reason authority"},
    {"organisation", "type time organisation aliases/0/name successorOf/0/organisation "
                     "signatories/0/name"},
    {"authorization", "type time holder kind"},
    {"certificate", "type time scheme number"},
    {"part", "type time part part/manufacturer part/mpn sites/0/country"},
    {"notice", "type time kind number manufacturer parts/0/mpn"},
    {"alert", "type time source number parts/0/mpn"},
    {"offer", "type time part"},
    {"snapshot", "type time source of"},
    {"bom", "type time name lines/0/part lines/0/part/mpn"},
    {"decision", "type time about kind about/notice/number about/alert/number"},
    {"review", "type time case step lots/1/code"},
    {"policy", "type time parameters"},
};

static json_t *down(json_t *v, const char *step)
{
    return json_is_array(v) ? json_array_get(v, (size_t)(*step - '0'))
                            : json_object_get(v, step);
}

static void test_required(void **state)
{
    size_t at = (size_t)(uintptr_t)*state;
    assert_string_equal(REQUIRED[at].label, FULL[at].label);
    char *words = arena_strdup(&arena, REQUIRED[at].words);
    for (char *word; (word = strsep(&words, " "));) {
        json_t *root = full(&FULL[at]), *v = root;
        char *path = arena_strdup(&arena, word), *step = strsep(&path, "/");
        for (; path; step = strsep(&path, "/"))
            v = down(v, step);
        assert_int_equal(json_object_del(v, step), 0);
        refused(root, strchr(word, '/') ? "" : arena_printf(&arena, "/%s", word), "");
        json_decref(root);
    }
    /* with nothing but what is required it is taken */
    json_t *root = full(&FULL[at]);
    void *next;
    const char *key;
    json_t *child;
    json_object_foreach_safe(root, next, key, child)
    {
        const char *found = strstr(REQUIRED[at].words, key);
        size_t n = strlen(key);
        while (found && !((found == REQUIRED[at].words || found[-1] == ' ') &&
                          (found[n] == ' ' || !found[n])))
            found = strstr(found + 1, key);
        if (!found && strcmp(key, "manufacturer") != 0)
            json_object_del(root, key);
    }
    struct error err;
    if (!taken(root, &err))
        fail_msg("%s: %s", err.where, err.detail);
    json_decref(root);
}

/* ---- contents taken away ---- */

#define BIT(part) (1U << (part))
static const part_set REDACTED[] = {
    BIT(PART_PRICE), BIT(PART_TEXT), BIT(PART_PRICE) | BIT(PART_TEXT), BIT(PART_PARTIES), BIT(PART_QUANTITIES),
    BIT(PART_DOCUMENTS), BIT(PART_REST), BIT(PART_ELEMENTS), BIT(PART_PARTIES) | BIT(PART_TEXT), BIT(PART_ELEMENTS + 1) - 2};

static struct record *read_text(const char *text)
{
    struct decoded d;
    struct error err = {0};
    if (!record_decode(&arena, text, strlen(text), &d, &err))
        fail_msg("%s: %s %s", text, err.where, err.detail);
    return d.record;
}

static void same_names(const struct record *a, const struct record *b)
{
    assert_true(text_is(a->lot.code, b->lot.code));
    assert_true(text_is(a->lot_organisation, b->lot_organisation));
    assert_true(text_is(a->lot.part.key, b->lot.part.key));
    assert_true(text_is(a->lot.part.maker, b->lot.part.maker));
    assert_true(text_is(a->lot.owner, b->lot.owner));
    assert_true(text_is(a->from.organisation, b->from.organisation));
    assert_true(text_is(a->to.organisation, b->to.organisation));
    assert_true(text_is(a->seller, b->seller));
    assert_true(text_is(a->buyer, b->buyer));
    assert_true(text_is(a->laboratory, b->laboratory));
    assert_int_equal(a->inputs_len, b->inputs_len);
    for (size_t i = 0; i < a->inputs_len; i++)
        assert_string_equal(a->inputs[i].lot, b->inputs[i].lot);
    assert_int_equal(a->outputs_len, b->outputs_len);
    for (size_t i = 0; i < a->outputs_len; i++) {
        assert_string_equal(a->outputs[i].code, b->outputs[i].code);
        assert_true(text_is(a->outputs[i].part.key, b->outputs[i].part.key));
        assert_true(text_is(a->outputs[i].owner, b->outputs[i].owner));
    }
}

/* The ledger still reads what is left, and what is shown is cut into the same parts. */
static void test_redacted(void **state)
{
    const struct full *f = &FULL[(size_t)(uintptr_t)*state];
    struct decoded d;
    struct error err = {0};
    json_t *v = full(f);
    assert_true(record_decode_json(&arena, v, &d, &err));
    const struct parts before = record_parts(&arena, d.record);
    for (size_t i = 0; i < LENGTH(REDACTED); i++) {
        part_set parts = REDACTED[i];
        const char *husk = record_husk(&arena, d.record, parts), *shown = record_shown(&arena, d.record, parts);
        struct record *left = read_text(husk);
        same_names(d.record, left);
        assert_int_equal(left->type, d.record->type);
        assert_string_equal(record_husk(&arena, left, parts), husk); /* nothing more to take */
        struct record seen = {.type = d.record->type, .json = json_loads(shown, 0, NULL)};
        const struct parts after = record_parts(&arena, &seen);
        for (unsigned k = PART_PRICE; k < PART_ELEMENTS; k++)
            if (!(parts & BIT(k)))
                assert_string_equal((const char *)after.at[k].at, (const char *)before.at[k].at);
        for (size_t k = PART_ELEMENTS; k < before.len && !(parts & BIT(PART_ELEMENTS)); k++)
            assert_string_equal((const char *)after.at[k].at, (const char *)before.at[k].at);
        assert_string_equal(record_shown(&arena, &seen, parts), shown);
        if (parts & BIT(PART_TEXT)) {
            assert_null(strstr(shown, "\"note\""));
            assert_null(strstr(husk, "\"note\""));
        }
        if (parts == BIT(PART_ELEMENTS + 1) - 2)
            assert_string_equal(shown, arena_printf(&arena, "{\"type\":\"%s\"}", record_type_word(d.record->type)));
        json_decref(seen.json);
        json_decref(left->json);
    }
    json_decref(d.record->json);
    json_decref(v);
}

#define ROWS(table, function)                                                            \
    for (size_t i = 0; i < LENGTH(table); i++)                                           \
        tests[n++] = (struct CMUnitTest)                                                 \
        {                                                                                \
            table[i].label, function, reset, NULL, (void *)(uintptr_t)i                  \
        }

int main(void)
{
    struct CMUnitTest tests[3 * LENGTH(FULL) + LENGTH(REQUIRED)];
    size_t n = 0;
    arena_init(&arena, 0);
    ROWS(FULL, test_full);
    ROWS(FULL, test_spoilt);
    ROWS(FULL, test_redacted);
    ROWS(REQUIRED, test_required);
    int failed = _cmocka_run_group_tests("members", tests, n, NULL, NULL);
    arena_reset(&arena);
    return failed;
}
