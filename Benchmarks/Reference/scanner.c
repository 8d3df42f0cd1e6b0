#include "ReferenceLoops.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/// A whole file, mapped.
static const char *mapped(const char *path, size_t *length) {
    int file = open(path, O_RDONLY);
    if (file < 0) return NULL;
    struct stat about;
    void *text = MAP_FAILED;
    if (fstat(file, &about) == 0) text = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    close(file);
    if (text == MAP_FAILED) return NULL;
    madvise(text, (size_t)about.st_size, MADV_WILLNEED);
    *length = (size_t)about.st_size;
    return text;
}

/// A decimal with at most 10 places, scaled to 10 places.
static const char *decimal(const char *at, int64_t *value) {
    static const int64_t powers[] = {10000000000, 1000000000, 100000000, 10000000, 1000000, 100000,
                                     10000,       1000,       100,       10,       1};
    int64_t number = 0;
    while (*at >= '0' && *at <= '9') number = number * 10 + (*at++ - '0');
    const char *point = at;
    if (*at == '.') {
        while (*++at >= '0' && *at <= '9') number = number * 10 + (*at - '0');
        point++;
    }
    *value = number * powers[at - point];
    return at;
}

int64_t reference_scan(const char *path, int64_t *checksum) {
    size_t length = 0, room = 1 << 16, rows = 0;
    const char *text = mapped(path, &length);
    if (!text) return -1;
    int64_t *columns[6];
    for (int c = 0; c < 6; c++) columns[c] = malloc(room * sizeof(int64_t));
    const char *at = text, *end = text + length;
    while (at < end && *at != '\n') at++;
    while (++at < end) {
        if (rows == room) {
            room *= 2;
            for (int c = 0; c < 6; c++) columns[c] = realloc(columns[c], room * sizeof(int64_t));
        }
        int64_t time = 0;
        while (*at >= '0' && *at <= '9') time = time * 10 + (*at++ - '0');
        columns[0][rows] = time;
        for (int c = 1; c < 6; c++) at = decimal(*at == ',' ? at + 1 : at, &columns[c][rows]);
        rows++;
        while (at < end && *at != '\n') at++;
    }
    int64_t sum = 0;
    for (int c = 0; c < 6; c++) {
        if (rows > 0) sum ^= columns[c][rows - 1];
        free(columns[c]);
    }
    munmap((void *)text, length);
    *checksum = sum;
    return (int64_t)rows;
}

int64_t reference_inflate(const char *path) {
    gzFile file = gzopen(path, "rb");
    if (!file) return -1;
    gzbuffer(file, 1 << 18);
    size_t room = 1 << 20;
    char *bytes = malloc(room);
    int64_t total = 0;
    int count;
    while ((count = gzread(file, bytes, (unsigned)room)) > 0) total += count;
    free(bytes);
    gzclose_r(file);
    return total;
}
