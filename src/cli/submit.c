/* submit - pedigree submit: records of files into the ledger; the work is delivery.h's.
 */
#include "delivery.h"
#include "signing.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* All files have a format and can be opened, before the first is sent. */
static bool check_files(const struct session *s, enum body_format *formats,
                        struct error *err)
{
    for (size_t i = 0; i < s->args.words_len; i++) {
        const char *path = s->args.words[i];
        if (!source_format(path, s->args.values[OPT_FORMAT], &formats[i], err))
            return false;
        if (strcmp(path, "-") != 0 && access(path, R_OK) < 0)
            return error_at(err, ERR_INVALID, path, "cannot be read: %s",
                            strerror(errno));
    }
    return true;
}

static void on_interrupt(int signal_number)
{
    static const char WORDS[] = "\npedigree: interrupted. Run the same command again to "
                                "go on; nothing is entered twice.\n";
    (void)signal_number;
    if (write(STDERR_FILENO, WORDS, sizeof WORDS - 1) < 0) {
    }
    _exit(STATUS_INTERRUPTED);
}

static void close_file(FILE **f)
{
    if (*f)
        fclose(*f);
}

/* One of the files to send: what is refused would be read, and refused, again. */
static bool is_sent(const struct session *s, FILE *refused)
{
    struct stat one, other;
    if (fstat(fileno(refused), &one) < 0 || !S_ISREG(one.st_mode))
        return false;
    for (size_t i = 0; i < s->args.words_len; i++) {
        const char *path = s->args.words[i];
        bool is_known = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &other) == 0
                                               : stat(path, &other) == 0;
        if (is_known && one.st_dev == other.st_dev && one.st_ino == other.st_ino)
            return true;
    }
    return false;
}

/* Opens --refused; *out NULL if it is not asked for. */
static bool open_refused(const struct session *s, FILE **out, struct error *err)
{
    const char *path = s->args.values[OPT_REFUSED];
    *out = path ? fopen(path, "ae") : NULL;
    if (path && !*out)
        return error_at(err, ERR_INVALID, path, "cannot be written: %s", strerror(errno));
    if (path && is_sent(s, *out))
        return error_at(err, ERR_INVALID, path,
                        "is one of the files to send; --refused wants another");
    return true;
}

enum exit_status command_submit(struct session *s)
{
    const char **values = s->args.values;
    struct error err = {0};
    struct delivery_options o = {
        .on_behalf = values[OPT_ON_BEHALF],
        .is_atomic = values[OPT_ATOMIC] != NULL,
        .restarts = values[OPT_RESTART] != NULL,
    };
    struct jws_key key = {0};
    enum body_format *formats =
        ARENA_ARRAY(s->arena, enum body_format, s->args.words_len);
    CLEANUP(close_file) FILE *refused = NULL;
    if (!args_number(&s->args, OPT_RETRIES, 1000, 8, &o.retries, &err) ||
        !check_files(s, formats, &err) || !open_refused(s, &refused, &err) ||
        (values[OPT_SIGN_KEY] && !signing_key_read(values[OPT_SIGN_KEY], &key, &err)))
        return say_error(&err);
    o.refused = refused;
    o.key = values[OPT_SIGN_KEY] ? &key : NULL;
    const struct sigaction interrupt = {.sa_handler = on_interrupt};
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGTERM, &interrupt, NULL);
    enum exit_status all = STATUS_FINE;
    for (size_t i = 0; i < s->args.words_len; i++)
        if (!deliver(s, &o, s->args.words[i], formats[i], &all))
            break;
    jws_key_done(&key);
    return all;
}
