/* handlers - one for each row of routes.def, one file for each resource; private to api.
 */
#pragma once

#include "operation.h"

#include "pedigree/api/api.h"

extern const struct body_ops records_post;
extern const struct parameters RECORDS_POST_PARAMETERS;

#define HANDLER(name) bool name(struct request *rq, struct reply *rp, struct error *err)

HANDLER(record_show);
HANDLER(record_disclosure);
void record_receipt(struct asked *asked, size_t len);
HANDLER(log_checkpoint);
HANDLER(log_cosigned);
HANDLER(log_keys);
HANDLER(log_tile);
HANDLER(log_consistency);
HANDLER(lots_list);
HANDLER(lot_show);
HANDLER(lot_trace);
HANDLER(lot_records);
HANDLER(lot_pedigree);
HANDLER(flags_list);
HANDLER(organisation_certificates);
HANDLER(part_show);
HANDLER(bom_check);
HANDLER(organisation_show);
HANDLER(rules_list);
HANDLER(livez);
HANDLER(readyz);
HANDLER(metrics_show);
HANDLER(openapi_show);

extern const struct parameters LOTS_LIST_PARAMETERS, LOT_TRACE_PARAMETERS, LOT_PEDIGREE_PARAMETERS,
    LOT_RECORDS_PARAMETERS, FLAGS_LIST_PARAMETERS, ORGANISATION_CERTIFICATES_PARAMETERS, LOG_CONSISTENCY_PARAMETERS,
    BOM_CHECK_PARAMETERS, NO_PARAMETERS;
