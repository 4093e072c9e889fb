/* The last two of the three bounds on memory (limits.h): SQLite's and the system's. */
#ifndef GM_CLI_MEMORY_H
#define GM_CLI_MEMORY_H

#include <stdint.h>

/* From here on the process takes no more than that; where it would, it ends with one sentence, without leaving
 * temporary files, and with the exit code of a transient error. */
void gm_cli_bind_memory(int64_t bytes);

#endif
