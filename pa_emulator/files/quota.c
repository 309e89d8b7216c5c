/* Makes writes below an account's home fail with EDQUOT once its disk quota is used up.

   It is loaded with LD_PRELOAD into all programs of an account. The emulator writes into a shared ledger
   how many bytes are left. A program that makes a file longer takes its bytes from there. If too few are
   left, or the count is old, it asks for a new count, because files may have been removed, and waits for
   it. Not counted: fprintf, puts and the like, and programs that are linked statically. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#ifndef _IO_ERR_SEEN
#define _IO_ERR_SEEN 0x0020
#endif

struct ledger {
    _Atomic int64_t left, wanted, counted, good_until;
};

static struct ledger *ledger;
static const char *home;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("PA_EMULATOR_QUOTA");
    home = getenv("PA_EMULATOR_QUOTA_HOME");
    int fd = path && home ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *found = mmap(NULL, sizeof *ledger, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (found != MAP_FAILED) {
        home = strdup(home);
        ledger = found;
    }
}

static int is_below_home(int fd) {
    char link[64], path[4096];
    size_t length = strlen(home);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    return size > (ssize_t)length && !strncmp(path, home, length) && path[length] == '/';
}

static int take(int64_t bytes) {
    if (atomic_fetch_sub(&ledger->left, bytes) >= bytes)
        return 1;
    atomic_fetch_add(&ledger->left, bytes);
    return 0;
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Have the emulator count, and wait for it. */
static void recount(void) {
    int64_t turn = atomic_fetch_add(&ledger->wanted, 1) + 1;
    for (int waits = 0; waits < 500 && atomic_load(&ledger->counted) < turn; waits++)
        usleep(10000);
}

/* Whether a file may not become so long; errno is set then. */
static int is_refused(int fd, int64_t length) {
    struct stat found;
    int before = errno;
    if (!ledger || fstat(fd, &found) || !S_ISREG(found.st_mode) || length <= found.st_size ||
        !is_below_home(fd)) {
        errno = before;
        return 0;
    }
    if (now() > atomic_load(&ledger->good_until))
        recount();
    if (take(length - found.st_size)) {
        errno = before;
        return 0;
    }
    recount();
    int is_taken = take(length - found.st_size);
    errno = is_taken ? before : EDQUOT;
    return !is_taken;
}

/* Where the next write to a file ends. */
static int64_t end_of(int fd, int64_t bytes) {
    struct stat found;
    int before = errno, flags = fcntl(fd, F_GETFL);
    if (flags >= 0 && flags & O_APPEND && !fstat(fd, &found))
        bytes += found.st_size;
    else
        bytes += lseek(fd, 0, SEEK_CUR);
    errno = before;
    return bytes;
}

static int64_t total(const struct iovec *parts, int count) {
    int64_t bytes = 0;
    for (int each = 0; each < count; each++)
        bytes += parts[each].iov_len;
    return bytes;
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) \
        real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define ENDING_AT(type, name, end, declared, given) \
    type name declared { \
        REAL(name); \
        return is_refused(fd, end) ? -1 : real given; \
    }

ENDING_AT(ssize_t, write, end_of(fd, bytes), (int fd, const void *data, size_t bytes), (fd, data, bytes))
ENDING_AT(ssize_t, writev, end_of(fd, total(parts, count)), (int fd, const struct iovec *parts, int count),
          (fd, parts, count))
ENDING_AT(ssize_t, pwrite, at + (int64_t)bytes, (int fd, const void *data, size_t bytes, off_t at),
          (fd, data, bytes, at))
ENDING_AT(ssize_t, pwrite64, at + (int64_t)bytes, (int fd, const void *data, size_t bytes, off64_t at),
          (fd, data, bytes, at))
ENDING_AT(int, ftruncate, size, (int fd, off_t size), (fd, size))
ENDING_AT(int, ftruncate64, size, (int fd, off64_t size), (fd, size))
ENDING_AT(int, fallocate, at + size, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size))
ENDING_AT(int, fallocate64, at + size, (int fd, int mode, off64_t at, off64_t size), (fd, mode, at, size))

/* A buffered write takes its bytes at once, though they are written later. */
#define BUFFERED(name) \
    size_t name(const void *data, size_t size, size_t count, FILE *stream) { \
        REAL(name); \
        int fd = fileno(stream); \
        if (is_refused(fd, end_of(fd, size * count))) { \
            stream->_flags |= _IO_ERR_SEEN; \
            return 0; \
        } \
        return real(data, size, count, stream); \
    }

#undef fwrite_unlocked

BUFFERED(fwrite)
BUFFERED(fwrite_unlocked)

/* What is copied within the kernel may be asked for in one call of any size. */
static int64_t copied(int from, const int64_t *at, int64_t bytes) {
    struct stat found;
    if (fstat(from, &found) || !S_ISREG(found.st_mode))
        return bytes;
    int64_t rest = found.st_size - (at ? *at : lseek(from, 0, SEEK_CUR));
    return rest < bytes ? rest : bytes;
}

ssize_t sendfile(int fd, int from, off_t *at, size_t bytes) {
    REAL(sendfile);
    return is_refused(fd, end_of(fd, copied(from, (int64_t *)at, bytes))) ? -1 : real(fd, from, at, bytes);
}

ssize_t sendfile64(int fd, int from, off64_t *at, size_t bytes) {
    REAL(sendfile64);
    return is_refused(fd, end_of(fd, copied(from, (int64_t *)at, bytes))) ? -1 : real(fd, from, at, bytes);
}

ssize_t copy_file_range(int from, off64_t *at, int fd, off64_t *to, size_t bytes, unsigned flags) {
    REAL(copy_file_range);
    int64_t count = copied(from, (int64_t *)at, bytes);
    return is_refused(fd, to ? *to + count : end_of(fd, count)) ? -1 : real(from, at, fd, to, bytes, flags);
}
