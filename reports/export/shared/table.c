/* The exporters' table, from exports.def. */
#include "gomortem/export.h"

#define GM_EXPORT(name) extern const gm_exporter gm_exporter_##name;
#include "reports/export/exports.def"
#undef GM_EXPORT

const gm_exporter *const gm_exporters[] = {
#define GM_EXPORT(name) &gm_exporter_##name,
#include "reports/export/exports.def"
#undef GM_EXPORT
    NULL,
};

const gm_exporter *gm_exporter_find(const char *name) {
    for (size_t i = 0; gm_exporters[i]; i++)
        if (strcmp(gm_exporters[i]->name, name) == 0) return gm_exporters[i];
    return NULL;
}

G_DEFINE_QUARK(gm_export_error_quark, gm_export_error)
