/*
 * feed - one source: what the feeds file says of it.
 *
 *   [iecq-certificates]
 *   url = https://register.example/certificates.json      or: folder = DIR
 *   profile = certificates
 *   as = cage:9OPR1
 */
#pragma once

#include "pedigree/codec/profile.h"

struct feed {
    const char *name;
    const char *url, *folder; /* one of them; the other is NULL */
    const struct profile *profile;
    bool has_format;
    enum item_format format;
    const char *item;         /* profile_splitter(); NULL */
    const char *as;           /* who submits; party_normal */
    const char *manufacturer; /* whose parts, where items do not say; NULL */
    const char *source;       /* who says so, where items do not */
    const char *complete;     /* the source is all of this: a snapshot is recorded; NULL */
    int64_t every_us, timeout_us, quiet_us, stale_us; /* stale: 0, never */
    int64_t max_bytes;
    const char **headers;
    size_t headers_len;
};
struct feeds_file {
    struct feed *at;
    size_t len;
};

/* Of a file that only its owner should read, as headers hold keys.  *err names the section and the line. */
bool feeds_file_read(struct arena *a, const char *path, struct feeds_file *out, struct error *err);
bool feeds_file_parse(struct arena *a, const char *text, struct feeds_file *out, struct error *err);
const char *feed_place(const struct feed *f); /* address or folder */
