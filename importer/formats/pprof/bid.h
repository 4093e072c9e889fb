/* How much a head looks like a profile; see format.h. */
#ifndef GM_IMPORTER_FORMATS_PPROF_BID_H
#define GM_IMPORTER_FORMATS_PPROF_BID_H

#include "gomortem/format.h"
#include "importer/formats/pprof/wire.h"

int gm_pprof_bid(const gm_head *head);

#endif
