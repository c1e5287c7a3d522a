/*
 * plain - a text to jansson's tree, if there is nothing odd in it.
 *
 * json_loadb() weighs each byte several times.  Here texts without escapes and whole numbers of at most 18
 * digits are taken as they stand; whatever else there is, each fault too, is json_loadb()'s to read.  So trees
 * and errors are always those of json_loadb() with JSON_REJECT_DUPLICATES and JSON_ALLOW_NUL.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

/* A new reference; NULL: ask json_loadb(). */
json_t *plain_object(const char *json, size_t len);
