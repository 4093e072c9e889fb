/* Times with the names of months in them: ctime, date(1) and syslog.
 *
 * Comes behind time.c; kernel logs (dmesg -T), traditional syslog and the stamps of sampling shell loops use
 * them. Names are English, the C locale's.
 * https://pubs.opengroup.org/onlinepubs/9699919799/functions/asctime.html,
 * https://www.rfc-editor.org/rfc/rfc3164 (4.1.2), coreutils date(1) for zone, AM/PM and the year's place. */
#include "importer/text/span.h"
#include "importer/text/time_parts.h"

static bool take_name(gm_span *rest, const char *names, int *index) {
    for (int i = 0; names[3 * i]; i++) {
        if (gm_span_take(rest, (gm_span){names + 3 * i, 3})) {
            *index = i;
            return true;
        }
    }
    return false;
}

static bool take_weekday(gm_span *rest) {
    int day;
    gm_span s = *rest;
    if (!take_name(&s, "SunMonTueWedThuFriSat", &day)) return false;
    gm_span_take_byte(&s, ',');
    if (!gm_span_take_byte(&s, ' ')) return false;
    *rest = s;
    return true;
}

static bool take_month(gm_span *rest, int *month) {
    if (!take_name(rest, "JanFebMarAprMayJunJulAugSepOctNovDec", month)) return false;
    *month += 1;
    return true;
}

/* "7", " 7", "07", "17" */
static bool take_day(gm_span *rest, int *day) {
    gm_span s = *rest;
    uint64_t number;
    gm_span_take_byte(&s, ' ');
    if (!gm_span_take_uint(&s, &number) || number > 31) return false;
    *day = (int)number;
    *rest = s;
    return true;
}

static bool take_year(gm_span *rest, int *year) {
    gm_span s = *rest;
    if (!gm_span_take_byte(&s, ' ') || !gm_time_take_digits(&s, 4, year)) return false;
    if (s.len > 0 && ((s.data[0] >= '0' && s.data[0] <= '9') || s.data[0] == ':')) return false;
    *rest = s;
    return true;
}

bool gm_time_take_zone_name(gm_span *rest, int *zone_s) {
    static const struct {
        const char *name;
        int hours;
    } zones[] = {{"UTC", 0},  {"GMT", 0},   {"WET", 0},   {"WEST", 1}, {"CET", 1},  {"CEST", 2},
                 {"EET", 2},  {"EEST", 3},  {"MSK", 3},   {"SGT", 8},  {"HKT", 8},  {"JST", 9},
                 {"KST", 9},  {"AEST", 10}, {"AEDT", 11}, {"EST", -5}, {"EDT", -4}, {"CDT", -5},
                 {"MST", -7}, {"MDT", -6},  {"PST", -8},  {"PDT", -7}};
    size_t len = 0;
    while (len < rest->len && rest->data[len] >= 'A' && rest->data[len] <= 'Z') len++;
    for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        if (!gm_span_equal(gm_span_first(*rest, len), gm_span_of(zones[i].name))) continue;
        *zone_s = zones[i].hours * 3600;
        *rest = gm_span_from(*rest, len);
        return true;
    }
    return false;
}

/* " AM" and " PM" of English locales. */
static bool take_half_day(gm_span *rest, int *hour) {
    bool morning = gm_span_take(rest, GM_SPAN(" AM"));
    if (!morning && !gm_span_take(rest, GM_SPAN(" PM"))) return true;
    if (*hour < 1 || *hour > 12) return false;
    *hour = *hour % 12 + (morning ? 0 : 12);
    return true;
}

/* " UTC", " +0100"; a name that means nothing certain is passed over, like a time without zone. */
static void take_zone(gm_span *rest, int *zone_s) {
    gm_span s = *rest;
    size_t len = 0;
    *zone_s = 0;
    if (!gm_span_take_byte(&s, ' ')) return;
    while (len < s.len && s.data[len] >= 'A' && s.data[len] <= 'Z') len++;
    if (!gm_time_take_zone_name(&s, zone_s) && !gm_time_take_offset(&s, zone_s)) {
        if (len < 3 || len > 5) return;
        s = gm_span_from(s, len);
    }
    *rest = s;
}

bool gm_time_take_ctime(gm_span *rest, int64_t *ns) {
    gm_time_parts parts = {0};
    gm_span s = *rest;
    if (!take_weekday(&s)) return false;
    if (take_month(&s, &parts.month)) {
        if (!gm_span_take_byte(&s, ' ') || !take_day(&s, &parts.day)) return false;
    } else {
        if (!take_day(&s, &parts.day) || !gm_span_take_byte(&s, ' ') || !take_month(&s, &parts.month)) return false;
    }
    bool year = take_year(&s, &parts.year);
    if (!gm_span_take_byte(&s, ' ') || !gm_time_take_clock(&s, &parts)) return false;
    gm_time_take_fraction(&s, &parts.fraction_ns);
    if (!take_half_day(&s, &parts.hour)) return false;
    gm_span end = s;
    take_zone(&s, &parts.zone_s);
    if (!year && !take_year(&s, &parts.year)) {
        /* no zone after all: "... 10:37:10 WARN text" has no year either */
        s = end;
        if (!take_year(&s, &parts.year)) return false;
    }
    if (!gm_time_join(&parts, ns)) return false;
    *rest = s;
    return true;
}

bool gm_time_take_syslog(gm_span *rest, int year, int64_t *ns) {
    gm_time_parts parts = {.year = year};
    gm_span s = *rest;
    if (!take_month(&s, &parts.month) || !gm_span_take_byte(&s, ' ') || !take_day(&s, &parts.day)) return false;
    if (!gm_span_take_byte(&s, ' ') || !gm_time_take_clock(&s, &parts)) return false;
    gm_time_take_fraction(&s, &parts.fraction_ns);
    if (!gm_time_join(&parts, ns)) return false;
    *rest = s;
    return true;
}
