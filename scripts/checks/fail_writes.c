/* Makes writes to files whose name holds PETBREEDS_FAIL_WRITES fail with EIO, once they have PETBREEDS_FAIL_AFTER bytes.
   cc -shared -fPIC -o fail_writes.so fail_writes.c -ldl; LD_PRELOAD=./fail_writes.so petbreeds train ... */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int file, off_t end) {
    char link[64], path[4096];
    const char *part = getenv("PETBREEDS_FAIL_WRITES"), *after = getenv("PETBREEDS_FAIL_AFTER");
    if (!part || end <= atol(after ? after : "0"))
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    if (!strstr(path, part))
        return 0;
    errno = EIO;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real)
        real = dlsym(RTLD_NEXT, "write");
    return fails(file, lseek(file, 0, SEEK_CUR) + count) ? -1 : real(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real)
        real = dlsym(RTLD_NEXT, "pwrite");
    return fails(file, at + count) ? -1 : real(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real)
        real = dlsym(RTLD_NEXT, "pwrite64");
    return fails(file, at + count) ? -1 : real(file, bytes, count, at);
}
