/*
 * settings - which server, and with which key.
 *
 * Flags win over PEDIGREE_URL and PEDIGREE_KEY, those over the file ~/.config/pedigree
 * ($XDG_CONFIG_HOME/pedigree), that over the default.  The file holds `url = ...` and
 * `key = ...` lines; # begins a comment.
 *
 * Always true:
 *   - a file with a key that others may read is refused;
 *   - a key from the file goes to the file's url only: another server does not learn it.
 */
#pragma once

#include "pedigree/base/error.h"
#include "pedigree/base/text.h"

#define SETTINGS_DEFAULT_URL "http://127.0.0.1:8470"

struct settings {
    const char *url;       /* without a slash at its end */
    const char *key;       /* NULL: none */
    const char *path;      /* of the file, for people */
    bool is_key_kept_back; /* the file has a key, but for another server */
};

struct settings_file {
    const char *url, *key; /* NULL: not there */
};

/* The file's text; on failure err->where is "line N". */
bool settings_parse(struct arena *a, const char *content, struct settings_file *out,
                    struct error *err);
/* From flags (NULL: not given), environment and file. */
bool settings_load(struct arena *a, const char *url, const char *key,
                   struct settings *out, struct error *err);
/* Whether the key would cross a network in the clear. */
bool settings_are_exposed(const struct settings *s);
