/*
 * moved_clock - a pedigreed whose calendar a test moves: preloaded, it adds so many microseconds to the
 * time of day as the file named by MOVED_CLOCK says (one int64, host order), from one call to the next.
 *
 * Only CLOCK_REALTIME moves: who waits or measures uses CLOCK_MONOTONIC and notices nothing.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const _Atomic int64_t *moved; /* NULL: nobody moves it */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_clock(void)
{
    const char *path = getenv("MOVED_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *moved, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED)
        moved = at;
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *ts)
{
    enum { MILLION = 1000000 };
    long failed = syscall(SYS_clock_gettime, id, ts);
    if (failed || id != CLOCK_REALTIME)
        return (int)failed;
    pthread_once(&once, open_clock);
    if (moved)
        ts->tv_sec += atomic_load(moved) / MILLION;
    return 0;
}
