/* secret - see the header: whole pages, as only those can be kept out of core dumps. */
#include "pedigree/base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *secret_new(size_t size)
{
    /* cppcheck-suppress invalidFunctionArg ; -1 is what goes with MAP_ANONYMOUS */
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) { /* keys are read when a program starts: it does not */
        fprintf(stderr, "%s: no memory for a key: %s\n", program_invocation_short_name, strerror(errno));
        exit(1);
    }
    madvise(at, size, MADV_DONTDUMP);
    return at;
}

void secret_free(void *at, size_t size)
{
    if (!at)
        return;
    explicit_bzero(at, size);
    munmap(at, size);
}
