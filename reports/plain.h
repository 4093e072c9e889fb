/* Texts of strangers made plain, and escaped for the markup that they go into. */
#ifndef GM_PLAIN_H
#define GM_PLAIN_H

#include <glib.h>

/* Valid UTF-8 in one line: line ends become blanks; other control characters and those that turn the direction of
 * writing become U+FFFD. To be freed. */
char *gm_plain(const char *text);

void gm_plain_xml(GString *out, const char *text);      /* text or attribute; escaped */
void gm_plain_markdown(GString *out, const char *text); /* no character keeps a meaning */

#endif
