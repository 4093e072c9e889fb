/* The report's pictures: charts made from the model. See pictures.c. */
#ifndef GM_REPORTS_PICTURES_H
#define GM_REPORTS_PICTURES_H

#include "gomortem/chart.h"
#include "gomortem/model.h"

typedef enum {
    GM_PICTURE_SUMMARY,
    GM_PICTURE_TIMELINE,
    GM_PICTURE_WATERFALL,
    GM_PICTURE_GC,
    GM_PICTURE_GROWTH, /* flame graph of what grew between two heap profiles */
    GM_PICTURE_HEAP,   /* flame graph of the last heap profile, coloured by what grew and shrank */
    GM_PICTURE_SITES,
    GM_PICTURE_GOROUTINES,
    GM_PICTURES
} gm_picture;

/* A chart with everything it points to. */
typedef struct {
    gm_chart chart;
    double width, height; /* that suit the content, logical pixels */
    gm_arena *arena;
} gm_plate;

const char *gm_picture_name(gm_picture picture); /* "timeline", file name without suffix */
/* NULL when the model has nothing for this picture. The caller frees it; the model must outlive it. */
gm_plate *gm_plate_new(const gm_model *model, const gm_model_container *container, gm_picture picture);
void gm_plate_free(gm_plate *plate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_plate, gm_plate_free)

/* Of a pair of containers of two incidents. */
typedef enum { GM_DIFF_PICTURE_HISTORIES, GM_DIFF_PICTURE_BUCKETS, GM_DIFF_PICTURES } gm_diff_picture;
const char *gm_diff_picture_name(gm_diff_picture picture);
gm_plate *gm_plate_diff_new(const gm_model_pair *pair, const char *a_words, const char *b_words,
                            gm_diff_picture picture);

const char *gm_picture_container_name(const gm_model_container *container,
                                      gm_arena *arena);                      /* namespace/pod/container */
int64_t gm_picture_peak(const gm_model_container *container, size_t *index); /* usage; GM_UNKNOWN */
int64_t gm_picture_untold(const gm_model_point *point); /* anonymous memory that no source tells apart; 0 when little */
gm_chart_fill gm_picture_severity(const char *severity);
/* What kind of code a function is: the service's own, a library, the standard library, the runtime. */
gm_chart_fill gm_picture_code(const gm_model_container *container, const char *function);
gm_chart_fill gm_picture_change(const gm_model_frame *frame); /* grown, same, shrunk */

#endif
