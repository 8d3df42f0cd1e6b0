// Stands before the C library's allocator in this executable only, and counts. Freeing is left to the library: the
// memory is its own.
#include "ReferenceLoops.h"

#ifdef __GLIBC__
#include <errno.h>
#include <malloc.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local int64_t allocations;

void *malloc(size_t size) {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    allocations++;
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    allocations++;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

int64_t reference_allocations(void) { return allocations; }
void reference_trim_memory(void) { malloc_trim(0); }
#else
int64_t reference_allocations(void) { return -1; }
void reference_trim_memory(void) {}
#endif
