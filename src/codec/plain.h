/*
 * plain - a text to jansson's tree, if there is nothing odd in it.
 *
 * json_loadb() weighs each byte several times.  Here texts without escapes and whole numbers of at most 15
 * digits are taken as they stand; whatever else there is, each fault too, is json_loadb()'s to read.  So trees
 * and errors are always those of json_loadb() with JSON_REJECT_DUPLICATES and JSON_ALLOW_NUL.
 *
 * What a plain tree holds is within the limits of records: its depth, its numbers, how many values.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

/* A new reference, and how many members and items are in it; NULL: ask json_loadb(). */
json_t *plain_object(const char *json, size_t len, size_t *values);
