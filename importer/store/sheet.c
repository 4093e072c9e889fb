/* Gathering rows on sheets and handing full ones on (sheet.h).
 *
 * Comes between the emit functions of samples, functions, locations, stacks and values, and sheet_write.c. */
#include "importer/store/sheet.h"

#include "importer/store/emit_row.h"

enum { QUEUE_FROM = 64 }; /* sheets: a thread costs more than writing fewer */

static gm_sheet *sheet_new(void) {
    gm_sheet *sheet = g_new(gm_sheet, 1);
    sheet->text = g_string_new(NULL);
    return sheet;
}

void gm_sheet_free(gm_sheet *sheet) {
    if (!sheet) return;
    g_string_free(sheet->text, TRUE);
    g_free(sheet);
}

gm_sheets *gm_sheets_new(gm_store *store) {
    gm_sheets *sheets = g_new0(gm_sheets, 1);
    sheets->store = store;
    return sheets;
}

void gm_sheets_free(gm_sheets *sheets) {
    if (!sheets) return;
    gm_queue_free(sheets->queue);
    gm_sheet_statements_free(sheets);
    for (int kind = 0; kind < GM_SHEET_KINDS; kind++) gm_sheet_free(sheets->open[kind]);
    while (sheets->free) {
        gm_sheet *next = sheets->free->next;
        gm_sheet_free(sheets->free);
        sheets->free = next;
    }
    g_free(sheets);
}

/* --- rows --- */
static gm_sheet *take_free(gm_sheets *sheets, gm_sheet_kind kind) {
    if (!sheets->free && sheets->queue) sheets->free = gm_queue_take_done(sheets->queue);
    gm_sheet *sheet = sheets->free;
    if (sheet) {
        sheets->free = sheet->next;
    } else {
        sheet = sheet_new();
    }
    sheet->next = NULL;
    sheet->kind = kind;
    sheet->rows = sheet->written = 0;
    sheet->news = true;
    sheet->singly = false;
    g_string_truncate(sheet->text, 0);
    return sheet;
}

/* A statement that adds up and is refused wrote nothing: then row by row, so that only the rows at fault are left out.
 */
static gm_status refuse(gm_sheets *sheets, gm_sheet *sheet) {
    gm_store *store = sheets->store;
    int code = SQLITE_CONSTRAINT;
    if (sheet->rows == GM_SHEET_ROWS && !sheet->singly) {
        sheet->singly = true;
        code = gm_sheet_write(sheets, sheet);
    }
    while (code == SQLITE_CONSTRAINT) {
        if (sheet->kind == GM_SHEET_VALUES) store->import->member->records--;
        if (gm_row_refuse(store) == GM_FATAL) return GM_FATAL;
        sheet->written++;
        code = gm_sheet_write(sheets, sheet);
    }
    return code == SQLITE_DONE ? GM_OK : gm_store_fail(store);
}

/* Of rows that are not added to others none can be refused. */
gm_status gm_sheet_refused(gm_sheets *sheets, gm_sheet *sheet, int code) {
    if (code != SQLITE_CONSTRAINT || !gm_sheet_adds_up(sheet)) return gm_store_fail(sheets->store);
    sheets->refusing = true;
    gm_status status = refuse(sheets, sheet);
    sheets->refusing = false;
    return status;
}

static gm_status write_now(gm_sheets *sheets, gm_sheet *sheet) {
    int code = gm_sheet_write(sheets, sheet);
    gm_status status = code == SQLITE_DONE ? GM_OK : gm_sheet_refused(sheets, sheet, code);
    sheet->next = sheets->free;
    sheets->free = sheet;
    return status;
}

static gm_status hand_on(gm_sheets *sheets, gm_sheet_kind kind) {
    gm_sheet *sheet = sheets->open[kind];
    if (!sheet || sheet->rows == 0) return GM_OK;
    if (kind == GM_SHEET_VALUES) sheets->store->import->member->records += sheet->rows;
    sheets->open[kind] = NULL;
    if (sheets->handed_on++ >= QUEUE_FROM && !sheets->queue && !sheets->alone) {
        sheets->queue = gm_queue_new(sheets);
        sheets->alone = !sheets->queue;
    }
    return sheets->queue ? gm_queue_put(sheets->queue, sheet) : write_now(sheets, sheet);
}

gm_status gm_sheets_settle(gm_store *store) {
    gm_sheets *sheets = store->import ? store->import->sheets : NULL;
    return sheets && sheets->queue && !sheets->refusing ? gm_queue_settle(sheets->queue) : GM_OK;
}

gm_sheet *gm_sheet_open(gm_store *store, gm_sheet_kind kind) {
    if (!store->failure && !store->import) gm_store_fail_closed(store);
    if (store->failure) return NULL;
    gm_sheets *sheets = store->import->sheets;
    gm_sheet *sheet = sheets->open[kind];
    if (sheet && sheet->rows < GM_SHEET_ROWS) return sheet;
    if (hand_on(sheets, kind) != GM_OK) return NULL;
    return sheets->open[kind] = take_free(sheets, kind);
}

gm_cell *gm_sheet_row(gm_sheet *sheet) {
    return sheet->cells + sheet->rows * GM_SHEET_COLUMNS;
}

gm_cell gm_sheet_ascii(gm_sheet *sheet, gm_span text) {
    gsize begin = sheet->text->len;
    g_string_append_len(sheet->text, text.data ? text.data : "", (gssize)text.len);
    return (gm_cell){.text = {(uint32_t)begin, (uint32_t)text.len}};
}

gm_cell gm_sheet_text(gm_sheet *sheet, gm_span text) {
    if (gm_text_valid(text)) return gm_sheet_ascii(sheet, text);
    gsize begin = sheet->text->len;
    gm_text_repair(sheet->text, text);
    return (gm_cell){.text = {(uint32_t)begin, (uint32_t)(sheet->text->len - begin)}};
}

gm_cell gm_sheet_optional(gm_sheet *sheet, gm_span text) {
    return text.len ? gm_sheet_text(sheet, text) : (gm_cell){.text = {UINT32_MAX, 0}};
}

gm_status gm_sheets_flush(gm_store *store) {
    if (!store->import) return GM_OK;
    gm_status status = store->failure ? GM_FATAL : GM_OK;
    for (int kind = 0; kind < GM_SHEET_KINDS && status == GM_OK; kind++)
        status = hand_on(store->import->sheets, (gm_sheet_kind)kind);
    return status;
}
