/*
 * folder - a source that is a folder: files that were dropped there, oldest name first.
 *
 * A file that was taken is moved to `taken` in the folder, one that cannot be to `refused`, with a dead letter that says
 * why.  Names that begin with a dot or end in .tmp, .part or ~ are left alone, and what was written to just now.
 */
#pragma once

#include "intake.h"

bool folder_run(const struct intake_context *c, struct arena *a, struct intake_result *out, const char **outcome, struct error *err);
