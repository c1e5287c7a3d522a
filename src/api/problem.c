/* problem - see the header.  Its members are those of http/reply. */
#include "problem.h"

void problem_render(struct text *t, const struct error *err)
{
    text_addf(
        t, "{\"type\":\"urn:pedigree:problem:%s\",\"title\":", error_symbol(err->code));
    text_json(t, error_title(err->code));
    text_addf(t, ",\"status\":%d,\"detail\":", error_http(err->code));
    text_json(t, err->detail);
    if (*err->where) {
        text_add(t, *err->where == '/' ? ",\"pointer\":" : ",\"parameter\":");
        text_json(t, err->where);
    }
    text_add(t, "}");
}
