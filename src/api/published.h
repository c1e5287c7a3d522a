/* published - what answers that prove something rest on: the checkpoint that is out, and the ledger's seal. */
#pragma once

#include "ask.h"

/* The newest checkpoint, with its witnesses' signatures; ERR_UNAVAILABLE: there is none. */
bool published_checkpoint(struct request *rq, int64_t *size, const char **note, struct error *err);
/* A file, which is a JSON object, with its seal as the last member: "seal" comes last by its name. */
const char *published_file(struct request *rq, const char *file);
