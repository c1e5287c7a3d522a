/* export - pedigree export, render: the chain of a lot, or one record, as a file that proves itself; and that drawn for people. */
#include "lots.h"

#include "pedigree/base/file.h"
#include "pedigree/report/pdf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum exit_status write_out(const struct session *s, struct span bytes)
{
    const char *path = s->args.values[OPT_OUTPUT];
    struct error err = {0};
    if (path)
        return file_write(path, bytes.at, bytes.len, FILE_NEW, &err) ? STATUS_FINE : say_error(&err);
    if (fwrite(bytes.at, 1, bytes.len, stdout) == bytes.len && fflush(stdout) == 0)
        return STATUS_FINE;
    error_set(&err, ERR_INVALID, "standard output took not all of it");
    return say_error(&err);
}

/* Drawn here, also of what the server has just sent: so one PDF belongs to one file. */
static bool drawn(const struct session *s, struct span file, struct span *pdf, struct error *err)
{
    struct pedigree_file f = {0};
    if (!pedigree_file_read(s->arena, file.at, file.len, &f, err))
        return false;
    bool ok = pedigree_pdf(s->arena, &f, pdf, err);
    pedigree_file_done(&f);
    return ok;
}

/* NULL with *err filled: called wrongly. */
static const char *wanted_path(struct session *s, struct error *err)
{
    const char *seq = s->args.values[OPT_RECORD];
    if (!seq && s->args.words_len == 2)
        return lot_path(s, "/pedigree");
    if (!seq || s->args.words_len > 0)
        error_set(err, ERR_INVALID, "usage: pedigree export ORG CODE, or pedigree export --record SEQ");
    else if (s->args.values[OPT_PDF])
        error_at(err, ERR_INVALID, "--pdf", "draws the chain of a lot, and no single record");
    else if (!*seq || seq[strspn(seq, "0123456789")])
        error_at(err, ERR_INVALID, "--record", "is the record's place in the log, a whole number");
    else
        return arena_printf(s->arena, "/v1/records/%s/disclosure", seq);
    return NULL;
}

enum exit_status command_export(struct session *s)
{
    struct error err = {0};
    struct reply reply = {0};
    const char *path = wanted_path(s, &err);
    if (!path || !client_get(s->client, s->arena, path, &reply, &err))
        return say_error(&err);
    if (reply.status != 200)
        return say_problem(s, &reply);
    struct span out = {reply.body, reply.len};
    if (s->args.values[OPT_PDF] && !drawn(s, out, &out, &err))
        return say_error(&err);
    return write_out(s, out);
}

static void close_stream(FILE *const *f)
{
    if (*f && *f != stdin)
        fclose(*f);
}

static bool read_file(struct arena *a, const char *path, struct span *out, struct error *err)
{
    enum { STEP = 65536 };
    CLEANUP(close_stream) FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    struct text t = text_new(a);
    size_t n = f ? STEP : 0;
    while (n > 0 && t.len <= PEDIGREE_FILE_MAX) {
        n = fread(text_more(&t, STEP), 1, STEP, f);
        t.len -= STEP - n;
    }
    if (!f || ferror(f))
        return error_set(err, ERR_INVALID, "%.200s cannot be read: %s", path, strerror(errno));
    *out = (struct span){text_str(&t), t.len};
    return true;
}

enum exit_status command_render(struct session *s)
{
    const char *path = s->args.words[0];
    struct error err = {0}, why = {0};
    struct span file = {0}, pdf = {0};
    if (!read_file(s->arena, path, &file, &err))
        return say_error(&err);
    if (drawn(s, file, &pdf, &why))
        return write_out(s, pdf);
    error_set(&err, ERR_INVALID, "%.200s: %s %s", path, why.where, why.detail);
    return say_error(&err);
}
