/* What the name of a profile's member says about it. */
#ifndef GM_IMPORTER_FORMATS_PPROF_NAMES_H
#define GM_IMPORTER_FORMATS_PPROF_NAMES_H

#include "gomortem/base.h"

/* The file's name holds the word, with no letter beside it: "mutex-20240101.pb.gz" says mutex. */
bool gm_pprof_name_says(gm_span path, const char *word);
/* The same, or the directory that the file lies in is named so: "mutex/1644509272337.pb.gz". */
bool gm_pprof_path_says(gm_span path, const char *word);

#endif
