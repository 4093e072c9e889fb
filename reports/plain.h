/* Texts of strangers made plain, and escaped for the markup that they go into. */
#ifndef GM_PLAIN_H
#define GM_PLAIN_H

#include <glib.h>

/* Valid UTF-8 in one line: line ends become blanks; other control characters and those that turn the direction of
 * writing become U+FFFD. To be freed. */
char *gm_plain(const char *text);

/* "namespace/pod/container" of what is known, or "container without a name"; not made plain. To be freed. */
char *gm_plain_name(const char *namespace_name, const char *pod, const char *container);

/* Text for a terminal is read by CI systems too, which take "::word" at a line's start (blanks before it do not count)
 * and "##[word]" or "##vso[word]" anywhere for a command. Takes that power from the lines from offset on. */
void gm_plain_commands(GString *out, gsize offset);

void gm_plain_xml(GString *out, const char *text);      /* text or attribute; escaped */
void gm_plain_markdown(GString *out, const char *text); /* no character keeps a meaning */

#endif
