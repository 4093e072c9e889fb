/* The summary card for chats and tickets: 1200 x 630, the size that previews of links have. Called by pictures.c; laid
 * out by chart_card.c. */
#include "reports/pictures_private.h"

#include "gomortem/human.h"

#include <math.h>

static void add_fact(gm_plate *plate, gm_chart_card *card, const char *label, const char *value) {
    gm_chart_fact *facts = (gm_chart_fact *)card->facts;
    facts[card->n_facts++] = (gm_chart_fact){label, gm_plate_printf(plate, "%s", value)};
}

static void add_facts(gm_plate *plate, gm_chart_card *card, const gm_model_container *c) {
    char text[GM_HUMAN_SIZE];
    size_t at;
    int64_t peak = gm_picture_peak(c, &at);
    card->facts = GM_ARENA_NEW(plate->arena, gm_chart_fact, 6);
    add_fact(plate, card, "Limit",
             c->limit_bytes == GM_UNKNOWN ? "unknown" : gm_human(text, (double)c->limit_bytes, "bytes"));
    add_fact(plate, card, "Peak usage", peak == GM_UNKNOWN ? "unknown" : gm_human(text, (double)peak, "bytes"));
    add_fact(plate, card, "OOM kills", gm_human(text, (double)c->n_kills, "count"));
    if (!isnan(c->verdict.bytes_per_min))
        add_fact(plate, card, "Rate", gm_human(text, c->verdict.bytes_per_min, "bytes/min"));
    if (c->verdict.from_ns != GM_UNKNOWN)
        add_fact(plate, card, "Since (UTC)", gm_human_clock(text, c->verdict.from_ns));
}

bool gm_plate_summary(gm_plate *plate, const gm_model *model, const gm_model_container *c) {
    gm_chart_card *card = GM_ARENA_NEW(plate->arena, gm_chart_card, 1);
    gm_plate_timeline(plate, c, true);
    plate->chart.title = plate->chart.subtitle = NULL;
    plate->chart.kind = GM_CHART_CARD;
    card->kicker = gm_plate_printf(plate, "%s \u00b7 %s", gm_picture_container_name(c, plate->arena),
                                   model->name ? model->name : "");
    card->headline = c->verdict.cause;
    card->aside = gm_plate_printf(plate, "%s, confidence %.0f %%, severity %s", c->verdict.level,
                                  100 * c->verdict.confidence, c->verdict.severity);
    card->sentence = c->verdict.summary;
    card->fill = gm_picture_severity(c->verdict.severity);
    add_facts(plate, card, c);
    plate->chart.card = card;
    plate->width = 1200;
    plate->height = 630;
    return true;
}
