/* All import tables of an incident as text that people can read and that does not depend on ids. */
#ifndef GM_TESTS_IMPORTER_DUMP_H
#define GM_TESTS_IMPORTER_DUMP_H

#include "gomortem/store.h"

/* Appends a section "== title" with its column names for each table that has rows. */
void gm_dump_incident(gm_store *store, GString *to);

#endif
