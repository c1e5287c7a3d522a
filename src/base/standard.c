/* standard - see the header. */
#include "pedigree/base/standard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void standard_open(void)
{
    static const int WRONG_WAY[] = {
        [STDIN_FILENO] = O_WRONLY,
        [STDOUT_FILENO] = O_RDONLY,
        [STDERR_FILENO] = O_RDONLY,
    };
    /* From the lowest on: open() takes the first that is free. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", WRONG_WAY[fd]) != fd)
            abort();
}

bool standard_flush(const char *program)
{
    const char *why = fflush(stdout) != 0 ? strerror(errno)
                      : ferror(stdout)    ? "not all of it could be written"
                                          : NULL;
    if (why)
        fprintf(stderr, "%s: standard output: %s\n", program, why);
    return !why;
}
