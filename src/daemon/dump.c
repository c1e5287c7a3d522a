/* dump - see the header. */
#include "dump.h"

#include "pedigree/api/api.h"

void dump_routes(struct text *out)
{
    routes_dump(ROUTES, ROUTES_LEN, out);
}

void dump_openapi(struct text *out)
{
    text_add(out, openapi_text(out->arena));
}
