// What the same work costs in plain C. The benchmarks print our figures as ratios to these, taken in the same process.
#ifndef REFERENCE_LOOPS_H
#define REFERENCE_LOOPS_H

#include <stddef.h>
#include <stdint.h>

/// Prices of bars by column.
typedef struct {
    const double *open;
    const double *high;
    const double *low;
    const double *close;
    size_t count;
} ReferenceBars;

/// One EMA of the closes.
double reference_ema(ReferenceBars bars, int period);

/// Two EMA, a Wilder ATR and the branches of a long-only crossing with a stop; the profit in price units. This is what
/// a bar costs when next to nothing is done with it: the measure of the machine.
double reference_indicator_loop(ReferenceBars bars);

/// The rules of the yardstick strategy `ema-cross`.
typedef struct {
    int fast;
    int slow;
    int range;
    double stop;
    double target;
    double equity;
    double risk;
    double leverage;
    double fee;
    double lot;
    double tick;
} ReferenceRules;

typedef struct {
    int64_t trades;
    double equity;
} ReferenceOutcome;

ReferenceOutcome reference_ema_cross(ReferenceBars bars, ReferenceRules rules);

/// Reads a plain candle file, which must end with a line break, into six columns of scaled integers in one pass,
/// checking nothing. Answers the number of rows, or -1 when the file cannot be read.
int64_t reference_scan(const char *path, int64_t *checksum);

/// Decompresses a gzip file and drops the bytes. Answers their number, or -1.
int64_t reference_inflate(const char *path);

/// The sum of a * b / 10^8 in 128 bits, toward zero.
int64_t reference_notional(const int64_t *a, const int64_t *b, size_t count);

/// The sum of a rounded down to multiples of `step`.
int64_t reference_round(const int64_t *a, int64_t step, size_t count);

/// The sum of a * 10^8 / b in 128 bits, toward zero.
int64_t reference_quotient(const int64_t *a, const int64_t *b, size_t count);

/// Formats numbers with snprintf until `bytes` characters are written.
int64_t reference_format(size_t bytes);

/// Heap allocations that this thread has made; -1 where they cannot be counted.
int64_t reference_allocations(void);

/// Gives memory that is free back to the system, so that what is resident afterwards is in use.
void reference_trim_memory(void);

#endif
