/* pdf - a pedigree file for people: verdict, chain as a graph, gaps, flags with reasons, records, and how to check it. */
#pragma once

#include "pedigree/report/file.h"

/* The bytes of the PDF, in the arena; the same file gives the same bytes with the same fonts and libraries.  Any thread:
 * one report is drawn at a time. */
bool pedigree_pdf(struct arena *a, const struct pedigree_file *f, struct span *out, struct error *err);
