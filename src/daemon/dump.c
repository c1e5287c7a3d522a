/* dump - see the header. */
#include "dump.h"

#include "pedigree/api/api.h"
#include "pedigree/rules/rule.h"

void dump_routes(struct text *out)
{
    routes_dump(ROUTES, ROUTES_LEN, out);
}

void dump_rules(struct text *out)
{
    size_t len;
    const struct rule *rules = rules_all(&len);
    for (size_t i = 0; i < len; i++)
        text_addf(out, "%s v%d %s: %s\n", rules[i].id, rules[i].version,
                  severity_word(rules[i].severity), rules[i].title);
}

void dump_openapi(struct text *out)
{
    text_add(out, openapi_text(out->arena));
}
