/* Variables of a process' environment that are kept as settings. */
#ifndef GM_IMPORTER_ENVIRONMENT_H
#define GM_IMPORTER_ENVIRONMENT_H

#include "gomortem/base.h"

/* "GOGC" -> "env.GOGC"; NULL: not kept. */
const char *gm_environment_setting(gm_span name);

#endif
