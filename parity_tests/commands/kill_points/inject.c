/* Preloaded into a process, counts the calls that change files, and lets one of them go wrong.

   arm(n, mode, code)   from now on; at the n-th call (from 1; 0: only count)
       'k'  the process is killed before the call
       'h'  half of the bytes are written, then the process is killed
       'f'  the call fails with the error `code`, once
       's'  it and all later ones fail
       'p'  only half of the bytes are written, without an error
   disarm()             returns how many calls there were
   calls()              their names, each with a blank behind it */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static volatile long count, target;
static volatile int armed, mode, code;
static char names[1 << 16];

void arm(long n, int how, int error) {
    count = 0, target = n, mode = how, code = error, names[0] = 0, armed = 1;
}
long disarm(void) { armed = 0; return count; }
const char *calls(void) { return names; }

enum { GO, FAIL, HALF, PART };

/* What becomes of a call: most go their way. */
static int fate(const char *name) {
    if (!armed) return GO;
    long n = __sync_add_and_fetch(&count, 1);
    if (strlen(names) + strlen(name) + 2 < sizeof names) strcat(strcat(names, name), " ");
    if (target == 0 || n < target || (n > target && mode != 's')) return GO;
    if (mode == 'k') kill(getpid(), SIGKILL);
    if (mode == 'h') return HALF;
    if (mode == 'p') return PART;
    errno = code;
    return FAIL;
}

static int is_file(int fd) {
    struct stat s;
    return armed && fstat(fd, &s) == 0 && (S_ISREG(s.st_mode) || S_ISDIR(s.st_mode));
}

static int changes(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT); }

#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)
/* A call that writes `size` bytes, with `rest` behind them among its arguments. */
#define WRITES(name, label, arguments, fd, first, size, rest) \
    ssize_t name arguments { \
        REAL(name); \
        int f = is_file(fd) ? fate(label) : GO; \
        if (f == FAIL) return -1; \
        if (f == HALF || f == PART) { \
            ssize_t done = real(fd, first size / 2 rest); \
            if (f == HALF) kill(getpid(), SIGKILL); \
            return done; \
        } \
        return real(fd, first size rest); \
    }
#define COMMA ,
WRITES(write, "write", (int fd, const void *b, size_t n), fd, b COMMA, n, )
WRITES(pwrite, "pwrite", (int fd, const void *b, size_t n, off_t o), fd, b COMMA, n, COMMA o)
WRITES(pwrite64, "pwrite", (int fd, const void *b, size_t n, off64_t o), fd, b COMMA, n, COMMA o)
WRITES(sendfile, "sendfile", (int fd, int in, off_t *o, size_t n), fd, in COMMA o COMMA, n, )
WRITES(sendfile64, "sendfile", (int fd, int in, off64_t *o, size_t n), fd, in COMMA o COMMA, n, )
WRITES(writev, "writev", (int fd, const struct iovec *v, int n), fd, v COMMA, n, )

/* A call that does something or not. */
#define DOES(name, label, arguments, counts, values) \
    int name arguments { \
        REAL(name); \
        int f = armed && (counts) ? fate(label) : GO; \
        if (f == FAIL) return -1; \
        if (f == HALF) kill(getpid(), SIGKILL); \
        return real values; \
    }
DOES(fsync, "fsync", (int fd), is_file(fd), (fd))
DOES(fdatasync, "fsync", (int fd), is_file(fd), (fd))
DOES(ftruncate, "truncate", (int fd, off_t n), is_file(fd), (fd, n))
DOES(ftruncate64, "truncate", (int fd, off64_t n), is_file(fd), (fd, n))
DOES(truncate, "truncate", (const char *p, off_t n), 1, (p, n))
DOES(truncate64, "truncate", (const char *p, off64_t n), 1, (p, n))
DOES(rename, "rename", (const char *a, const char *b), 1, (a, b))
DOES(renameat, "rename", (int c, const char *a, int d, const char *b), 1, (c, a, d, b))
DOES(link, "link", (const char *a, const char *b), 1, (a, b))
DOES(chmod, "chmod", (const char *p, mode_t m), 1, (p, m))
DOES(fchmod, "chmod", (int fd, mode_t m), 1, (fd, m))
DOES(chown, "chown", (const char *p, uid_t u, gid_t g), 1, (p, u, g))
DOES(mkdir, "mkdir", (const char *p, mode_t m), 1, (p, m))
DOES(rmdir, "rmdir", (const char *p), 1, (p))
DOES(unlink, "unlink", (const char *p), 1, (p))
DOES(unlinkat, "unlink", (int d, const char *p, int g), 1, (d, p, g))

int close(int fd) { /* it is closed even where it fails */
    REAL(close);
    int flags = armed ? fcntl(fd, F_GETFL) : -1;
    int f = flags >= 0 && changes(flags) && is_file(fd) ? fate("close") : GO;
    if (f == HALF) kill(getpid(), SIGKILL);
    int done = real(fd);
    if (f == FAIL) errno = code;
    return f == FAIL ? -1 : done;
}

#define OPENS(name, parameters, values) \
    int name parameters { \
        REAL(name); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t m = changes(flags) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        int f = armed && changes(flags) ? fate("open") : GO; \
        if (f == FAIL) return -1; \
        if (f == HALF) kill(getpid(), SIGKILL); \
        return real values; \
    }
OPENS(open, (const char *p, int flags, ...), (p, flags, m))
OPENS(open64, (const char *p, int flags, ...), (p, flags, m))
OPENS(openat, (int d, const char *p, int flags, ...), (d, p, flags, m))
OPENS(openat64, (int d, const char *p, int flags, ...), (d, p, flags, m))
