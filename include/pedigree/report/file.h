/*
 * file - a pedigree file, or the disclosure of one record, as whoever was given it reads it: nothing in it is believed but
 * what is proved here.
 *
 * The formats are in the OpenAPI document (Pedigree, Disclosure).  A file is taken only in its one spelling, canonical JSON, so that
 * no byte of it can change without changing what it says.
 */
#pragma once

#include "pedigree/base/error.h"
#include "pedigree/tlog/checkpoint.h"

#include <jansson.h>

enum { PEDIGREE_FILE_MAX = 32 << 20 };

struct pedigree_file {
    json_t *json; /* of the shape that the format says, members and items that the functions here look at */
    uint8_t digest[SHA256_LEN]; /* of the file */
    uint8_t sealed[SHA256_LEN]; /* of it without its seal: what the seal is over */
    const char *checkpoint, *seal; /* signed notes; NULL: the log has no key */
    bool is_disclosure;
    struct receipt receipt;        /* of a disclosure: its checkpoint is the one above */
};
/* What is drawn: a chain. */
bool pedigree_file_read(struct arena *a, const char *bytes, size_t len, struct pedigree_file *out, struct error *err);
/* What is checked: either. */
bool proof_file_read(struct arena *a, const char *bytes, size_t len, struct pedigree_file *out, struct error *err);
void pedigree_file_done(struct pedigree_file *f);

/* What a finding is worth. */
enum worth {
    WORTH_PROVED,
    WORTH_OPEN,    /* nothing here shows it; nor was it promised */
    WORTH_UNKNOWN, /* it should be shown, and what would show it is missing */
    WORTH_REFUTED
};
typedef void finding_fn(void *context, enum worth worth, const char *sentence);

/* Whether one of these keys, of the log `origin`, made the file as it is. */
void pedigree_check_seal(struct arena *a, const struct pedigree_file *f, const char *origin, const struct note_verifier *keys,
                         size_t len, finding_fn *tell, void *context);
/* Every record against its commitment and its place in the log of the checkpoint, whose signature the caller has checked;
 * then the chain against the records. */
void pedigree_check(struct arena *a, const struct pedigree_file *f, const struct checkpoint *c, finding_fn *tell, void *context);
/* The one record of a disclosure, likewise. */
void disclosure_check(struct arena *a, const struct pedigree_file *f, const struct checkpoint *c, finding_fn *tell, void *context);
