/* routes - ROUTES and OPERATIONS, both printed from routes.def. */
#include "handlers.h"

#include "pedigree/base/cleanup.h"

#define RUN_READER(h) .handler = (h)
#define RUN_INLINE(h) .handler = (h), .is_inline = true
#define RUN_TOGETHER(h) .together = (h)
#define RUN_STREAM(h) .body = &(h)

const struct route ROUTES[] = {
#define ROUTE(m, p, s, h, where, parameters, answer, text)                               \
    {.method = (m),                                                                      \
     .pattern = (p),                                                                     \
     .scope = SCOPE_##s,                                                                 \
     RUN_##where(h),                                                                     \
     .sentence = (text)},
#include "routes.def"
};
const size_t ROUTES_LEN = LENGTH(ROUTES);

const struct operation OPERATIONS[] = {
#define ROUTE(m, p, s, h, where, params, component, text)                                \
    {.id = #h,                                                                           \
     .method = (m),                                                                      \
     .pattern = (p),                                                                     \
     .is_public = SCOPE_##s == SCOPE_PUBLIC,                                             \
     .parameters = &(params),                                                            \
     .answer = (component),                                                              \
     .sentence = (text)},
#include "routes.def"
};
const size_t OPERATIONS_LEN = LENGTH(OPERATIONS);
