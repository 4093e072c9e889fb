/* Numbers and times for people. Used by the analyzer for summaries and by every renderer; no locale, no zone.
 */
#include "gomortem/human.h"

#include <math.h>
#include <stdio.h>

/* Three significant digits, no trailing zeros, no exponent. */
static int put_number(char *text, size_t size, double value) {
    double magnitude = fabs(value);
    int digits = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
    int n = snprintf(text, size, "%.*f", digits, value);
    if (digits > 0) {
        while (n > 1 && text[n - 1] == '0') text[--n] = '\0';
        if (n > 1 && text[n - 1] == '.') text[--n] = '\0';
    }
    if (strcmp(text, "-0") == 0) n = snprintf(text, size, "0");
    return n;
}

static const char *put_bytes(char *text, double value, const char *per) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;
    while (fabs(value) >= 1023.5 && unit + 1 < sizeof units / sizeof *units) value /= 1024, unit++;
    int n = put_number(text, GM_HUMAN_SIZE, value);
    snprintf(text + n, GM_HUMAN_SIZE - (size_t)n, " %s%s", units[unit], per);
    return text;
}

/* Whole numbers in groups of three, by spaces. */
static const char *put_count(char *text, double value, const char *per) {
    char digits[40];
    if (fabs(value) < 100 && value != floor(value)) {
        int n = put_number(text, GM_HUMAN_SIZE, value);
        snprintf(text + n, GM_HUMAN_SIZE - (size_t)n, "%s", per);
        return text;
    }
    int n = snprintf(digits, sizeof digits, "%.0f", fmin(fmax(value, -9e17), 9e17)), out = 0;
    for (int i = 0; i < n && out < GM_HUMAN_SIZE - 8; i++) {
        if (i > 0 && digits[i - 1] != '-' && (n - i) % 3 == 0) text[out++] = ' ';
        text[out++] = digits[i];
    }
    snprintf(text + out, GM_HUMAN_SIZE - (size_t)out, "%s", per);
    return text;
}

const char *gm_human_duration(char text[GM_HUMAN_SIZE], double seconds) {
    if (isnan(seconds)) {
        snprintf(text, GM_HUMAN_SIZE, "unknown");
    } else if (fabs(seconds) < 90) {
        int n = put_number(text, GM_HUMAN_SIZE, seconds);
        snprintf(text + n, GM_HUMAN_SIZE - (size_t)n, " s");
    } else {
        int64_t minutes = llround(fmin(fabs(seconds), 1e12) / 60);
        int64_t days = minutes / 1440, hours = minutes / 60 % 24, rest = minutes % 60;
        const char *sign = seconds < 0 ? "-" : "";
        if (days > 0) snprintf(text, GM_HUMAN_SIZE, "%s%lld d %lld h", sign, (long long)days, (long long)hours);
        else if (hours > 0) snprintf(text, GM_HUMAN_SIZE, "%s%lld h %lld min", sign, (long long)hours, (long long)rest);
        else snprintf(text, GM_HUMAN_SIZE, "%s%lld min", sign, (long long)minutes);
    }
    return text;
}

const char *gm_human(char text[GM_HUMAN_SIZE], double value, const char *unit) {
    if (isnan(value)) {
        snprintf(text, GM_HUMAN_SIZE, "unknown");
        return text;
    }
    if (isinf(value)) {
        snprintf(text, GM_HUMAN_SIZE, "unlimited");
        return text;
    }
    if (strncmp(unit, "bytes", 5) == 0) return put_bytes(text, value, unit + 5);
    if (strncmp(unit, "count", 5) == 0) return put_count(text, value, unit + 5);
    if (strcmp(unit, "s") == 0) return gm_human_duration(text, value);
    int n = put_number(text, GM_HUMAN_SIZE, value);
    snprintf(text + n, GM_HUMAN_SIZE - (size_t)n, "%s%s", *unit ? " " : "", unit);
    return text;
}

typedef struct {
    int64_t year;
    int month, day, hour, minute, second;
} gm_civil;

/* Days to year, month, day in the proleptic Gregorian calendar, by eras of 400 years. */
static gm_civil civil_of(int64_t t_ns) {
    int64_t seconds = t_ns / GM_NS_PER_S - (t_ns % GM_NS_PER_S < 0);
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - days * 86400;
    int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100),
            mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (gm_civil){
        yoe + era * 400 + (month <= 2), month,           (int)(doy - (153 * mp + 2) / 5 + 1), (int)(rest / 3600),
        (int)(rest / 60 % 60),          (int)(rest % 60)};
}

const char *gm_human_time(char text[GM_HUMAN_SIZE], int64_t t_ns) {
    gm_civil c = civil_of(t_ns == GM_UNKNOWN ? 0 : t_ns);
    if (t_ns == GM_UNKNOWN) snprintf(text, GM_HUMAN_SIZE, "unknown");
    else
        snprintf(text, GM_HUMAN_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)c.year, c.month, c.day, c.hour,
                 c.minute, c.second);
    return text;
}

const char *gm_human_clock(char text[GM_HUMAN_SIZE], int64_t t_ns) {
    gm_civil c = civil_of(t_ns == GM_UNKNOWN ? 0 : t_ns);
    if (t_ns == GM_UNKNOWN) snprintf(text, GM_HUMAN_SIZE, "unknown");
    else snprintf(text, GM_HUMAN_SIZE, "%02d:%02d:%02d", c.hour, c.minute, c.second);
    return text;
}
