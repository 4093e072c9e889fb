/* The words of PromQL; see lex.c. */
#ifndef GM_ANALYZER_REPLAY_LEX_H
#define GM_ANALYZER_REPLAY_LEX_H

#include "analyzer/replay/promql.h"

typedef enum {
    GM_TOKEN_END,
    GM_TOKEN_BAD,
    GM_TOKEN_NAME,
    GM_TOKEN_NUMBER,
    GM_TOKEN_DURATION,
    GM_TOKEN_STRING,
    GM_TOKEN_MARK
} gm_token_kind;

typedef struct {
    gm_token_kind kind;
    gm_span text; /* as it stands there; of BAD: what is wrong */
    size_t position;
    double number;
    int64_t ms; /* of a duration */
} gm_token;

/* The token at *at, which is moved behind it. */
gm_token gm_prom_token(gm_span text, size_t *at);
/* What a string token says, without quotes and escapes; NULL: an escape is wrong or memory is out. *len: its bytes. */
char *gm_prom_unquote(gm_span token, gm_arena *arena, size_t *len);

#endif
