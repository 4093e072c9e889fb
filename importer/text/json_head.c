/* Does a head look like JSON, and does it hold a certain key? For bids, which see the first bytes only.
 *
 * Comes before any parsing: the bundle asks every format for its bid. The head is cut anywhere, so nothing
 * here parses; a quoted key in front of a colon is searched. Inside of an escaped string the quotes have
 * backslashes, so JSON that is wrapped in a log line does not match. */
#include "importer/text/json.h"

#include "importer/text/span.h"

bool gm_head_is_json(const gm_head *head) {
    gm_span text = head->head;
    gm_span_take(&text, GM_SPAN("\xEF\xBB\xBF"));
    text = gm_span_trim_front(text);
    return text.len > 0 && (text.data[0] == '{' || text.data[0] == '[');
}

static bool take_quoted(gm_span *rest, gm_span text) {
    gm_span s = *rest;
    if (!gm_span_take_byte(&s, '"') || !gm_span_take(&s, text) || !gm_span_take_byte(&s, '"')) return false;
    *rest = s;
    return true;
}

/* at begins with a quote: is it the key, with the value behind it? */
static bool is_pair(gm_span at, gm_span key, const char *value) {
    if (!take_quoted(&at, key)) return false;
    at = gm_span_trim_front(at);
    if (!gm_span_take_byte(&at, ':')) return false;
    at = gm_span_trim_front(at);
    return !value || take_quoted(&at, gm_span_of(value));
}

bool gm_head_has_json(const gm_head *head, const char *key, const char *value) {
    gm_span rest = head->head, name = gm_span_of(key);
    ptrdiff_t at;
    while ((at = gm_span_find(rest, name)) >= 0) {
        if (at > 0 && is_pair(gm_span_from(rest, (size_t)at - 1), name, value)) return true;
        rest = gm_span_from(rest, (size_t)at + 1);
    }
    return false;
}
