/* libFuzzer target for importer/text/json*.c: hostile JSON through the stream, the tree and the bids.
 *
 * The first byte chooses the size of the blocks. Besides memory errors it checks that events are balanced and
 * that the size of the blocks changes nothing: the same events, the same answer, the same diagnostics. */
#include "importer/text/json.h"
#include "importer/text/span.h"
#include "tests/text/fake_member.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
    uint64_t hash;
    int depth, events;
    char open[64]; /* '{' or '[' per depth */
} event_check;

static void require(bool holds) {
    if (!holds) abort();
}

static gm_status check_event(void *context, const gm_json_event *event) {
    event_check *check = context;
    bool opens = event->kind == GM_JSON_MAP || event->kind == GM_JSON_ARRAY;
    bool closes = event->kind == GM_JSON_MAP_END || event->kind == GM_JSON_ARRAY_END;
    if (closes) check->depth--;
    require(check->depth >= 0 && event->depth == check->depth);
    if (opens) check->open[check->depth++] = event->kind == GM_JSON_MAP ? '{' : '[';
    if (closes) require(check->open[check->depth] == (event->kind == GM_JSON_MAP_END ? '{' : '['));
    check->hash = check->hash * 1099511628211u + event->kind;
    for (size_t i = 0; i < event->text.len; i++)
        check->hash = check->hash * 1099511628211u + (unsigned char)event->text.data[i];
    /* every 1024th event ends it now and then, as a handler that has seen enough does */
    return ++check->events == 1024 ? GM_END : GM_OK;
}

static gm_status stream(gm_span bytes, size_t chunk, event_check *check, char diags[256]) {
    gm_fake_member fake;
    gm_fake_member_init(&fake, bytes, chunk);
    gm_status status = gm_json_stream(&fake.member, check_event, check);
    require(status == GM_OK || status == GM_END || status == GM_DAMAGED);
    require(status != GM_DAMAGED || fake.reader.diags > 0);
    require(status != GM_OK || check->depth == 0);
    memcpy(diags, fake.reader.text, sizeof(fake.reader.text));
    gm_fake_member_release(&fake);
    return status;
}

static size_t count_values(const gm_json *value) {
    size_t count = 0;
    for (; value; value = value->next) count += 1 + count_values(value->child);
    return count;
}

static void check_tree(gm_span bytes, size_t chunk) {
    gm_fake_member fake;
    gm_fake_member_init(&fake, bytes, chunk);
    const gm_json *root = gm_json_read(&fake.member);
    require(root || fake.reader.diags > 0);
    require(count_values(root) <= bytes.len);
    require(count_values(gm_json_tree(fake.member.arena, bytes, 64)) <= bytes.len);
    const gm_json *value = gm_json_at(root, "a.b");
    require(!value || gm_json_text(value).len <= bytes.len);
    gm_fake_member_release(&fake);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    gm_span bytes = {(const char *)data + 1, size - 1};
    size_t chunk = (size_t)data[0] % 32 + 1;
    event_check whole = {0}, pieces = {0}, parsed = {0};
    char whole_diags[256], piece_diags[256];
    gm_status status = stream(bytes, SIZE_MAX, &whole, whole_diags);
    require(stream(bytes, chunk, &pieces, piece_diags) == status);
    require(whole.hash == pieces.hash && whole.events == pieces.events);
    require(strcmp(whole_diags, piece_diags) == 0);
    gm_json_parse(bytes, 64, check_event, &parsed);
    check_tree(bytes, chunk);
    gm_head head = {.head = bytes};
    gm_head_is_json(&head);
    require(!gm_head_has_json(&head, "kind", "Pod") || gm_head_has_json(&head, "kind", NULL));
    return 0;
}
