/* The real .css and .js files of reports/assets, embedded at build. */
#ifndef GM_REPORTS_ASSETS_H
#define GM_REPORTS_ASSETS_H

typedef struct {
    const char *name, *text;
} gm_asset;

extern const gm_asset gm_assets[]; /* name NULL at the end */

#endif
