#include "ReferenceLoops.h"

#include <math.h>
#include <stdio.h>

double reference_ema(ReferenceBars bars, int period) {
    double weight = 2.0 / (period + 1), value = bars.close[0];
    for (size_t i = 1; i < bars.count; i++) value += (bars.close[i] - value) * weight;
    return value;
}

static double true_range(ReferenceBars bars, size_t i) {
    double high = bars.high[i], low = bars.low[i], previous = bars.close[i - 1];
    return fmax(high - low, fmax(fabs(high - previous), fabs(low - previous)));
}

double reference_indicator_loop(ReferenceBars bars) {
    double fast = bars.close[0], slow = bars.close[0], range = 0, stop = 0, entry = 0, profit = 0;
    int holds = 0;
    for (size_t i = 1; i < bars.count; i++) {
        double close = bars.close[i];
        range += (true_range(bars, i) - range) / 14;
        fast += (close - fast) * (2.0 / 51);
        slow += (close - slow) * (2.0 / 201);
        if (!holds && fast > slow) {
            holds = 1;
            entry = close;
            stop = close - 2 * range;
        } else if (holds && (bars.low[i] <= stop || fast < slow)) {
            holds = 0;
            profit += (bars.low[i] <= stop ? stop : close) - entry;
        }
    }
    return profit;
}

ReferenceOutcome reference_ema_cross(ReferenceBars bars, ReferenceRules r) {
    double fast = 0, slow = 0, range = 0, equity = r.equity, size = 0, entry = 0, stop = 0, target = 0;
    int above = -1, side = 0, pending = 0;
    int64_t trades = 0;
    for (size_t i = 0; i < bars.count; i++) {
        double open = bars.open[i], high = bars.high[i], low = bars.low[i], close = bars.close[i];
        if (pending) {
            side = pending;
            pending = 0;
            entry = open;
            equity -= size * entry * r.fee;
        }
        if (side) {
            double exit = 0;
            if (side > 0 ? low <= stop : high >= stop) {
                exit = side > 0 ? fmin(open, stop) : fmax(open, stop);
            } else if (side > 0 ? high >= target : low <= target) {
                exit = side > 0 ? fmax(open, target) : fmin(open, target);
            }
            if (exit > 0) {
                equity += side * size * (exit - entry) - size * exit * r.fee;
                side = 0;
                trades++;
            }
        }
        // Averages begin with the mean of their first values, as ours do.
        int n = (int)(i < 100000 ? i + 1 : 100000);
        fast = n <= r.fast ? fast + close / r.fast : fast + (close - fast) * (2.0 / (r.fast + 1));
        slow = n <= r.slow ? slow + close / r.slow : slow + (close - slow) * (2.0 / (r.slow + 1));
        if (i > 0) {
            double width = true_range(bars, i);
            range = n <= r.range + 1 ? range + width / r.range : (range * (r.range - 1) + width) / r.range;
        }
        if (n < r.slow || fast == slow) continue;
        int now = fast > slow, crossed = above >= 0 && now != above;
        above = now;
        if (!crossed || side) continue;
        int way = now ? 1 : -1;
        stop = close - way * r.stop * range;
        target = close + way * r.target * range;
        stop = (way > 0 ? ceil(stop / r.tick) : floor(stop / r.tick)) * r.tick;
        target = (way > 0 ? floor(target / r.tick) : ceil(target / r.tick)) * r.tick;
        double most = fmin(equity * r.risk / fabs(close - stop), equity * r.leverage / close);
        size = floor(most / r.lot) * r.lot;
        if (size > 0) pending = way;
    }
    if (side) {
        double exit = bars.close[bars.count - 1];
        equity += side * size * (exit - entry) - size * exit * r.fee;
        trades++;
    }
    return (ReferenceOutcome){trades, equity};
}

int64_t reference_notional(const int64_t *a, const int64_t *b, size_t count) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (int64_t)((__int128)a[i] * b[i] / 100000000);
    return sum;
}

int64_t reference_round(const int64_t *a, int64_t step, size_t count) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += a[i] / step * step;
    return sum;
}

int64_t reference_quotient(const int64_t *a, const int64_t *b, size_t count) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += (int64_t)((__int128)a[i] * 100000000 / b[i]);
    return sum;
}

int64_t reference_format(size_t bytes) {
    char text[64];
    int64_t written = 0, sum = 0;
    for (int64_t n = 0; written < (int64_t)bytes; n++) {
        written += snprintf(text, sizeof text, "%.2f,", (double)(n * 7919 % 1000003) / 100);
        sum += text[0];
    }
    return sum;
}
