/* export - pedigree export: the chain of a lot as a file that proves itself. */
#include "lots.h"

#include "pedigree/base/file.h"

#include <stdio.h>

static enum exit_status write_out(const struct session *s, const char *bytes, size_t len)
{
    const char *path = s->args.values[OPT_OUTPUT];
    struct error err = {0};
    if (path)
        return file_write(path, bytes, len, FILE_NEW, &err) ? STATUS_FINE : say_error(&err);
    if (fwrite(bytes, 1, len, stdout) == len && fflush(stdout) == 0)
        return STATUS_FINE;
    error_set(&err, ERR_INVALID, "standard output took not all of the file");
    return say_error(&err);
}

enum exit_status command_export(struct session *s)
{
    struct error err = {0};
    struct reply reply;
    if (!client_get(s->client, s->arena, lot_path(s, "/pedigree"), &reply, &err))
        return say_error(&err);
    if (reply.status != 200)
        return say_problem(s, &reply);
    return write_out(s, reply.body, reply.len);
}
