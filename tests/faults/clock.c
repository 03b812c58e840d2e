/* A clock that is wrong by as many seconds as the first bytes of the file CLOCK say; loaded by LD_PRELOAD.
 *
 * As when somebody sets the machine's clock: the time of day jumps, durations (CLOCK_MONOTONIC) do not. libfaketime
 * 0.9.10 cannot do that for Python 3.11, whose sleep() fails under FAKETIME_DONT_FAKE_MONOTONIC with EINVAL.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile long *wrong_s;

__attribute__((constructor)) static void open_clock(void) {
    int file = open(getenv("CLOCK"), O_RDONLY);
    wrong_s = mmap(NULL, sizeof *wrong_s, PROT_READ, MAP_SHARED, file, 0);
    close(file);
}

int clock_gettime(clockid_t which, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, which, now);
    if (!failed && wrong_s && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += *wrong_s;
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec exact;
    int failed = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return failed;
}

time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}
