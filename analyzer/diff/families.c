/* What is asked of each container of both incidents (families.def). Here are the pieces of SQL that several families
 * share. A container's lives are compared by one of them: the longest, that with most heap profiles, dumps or
 * collections. Peaks, growth and shares of the whole are the worst of all lives, as a baseline has them. */
#include "analyzer/diff/diff_private.h"

#define RANK_OF(severity) "((instr ('info low  mediumhigh critical', " severity ") + 4) / 5 - 1)"
#define LIFE              "(SELECT life FROM life WHERE container_id = ?1 ORDER BY to_ns - from_ns DESC, life LIMIT 1)"
#define HEAP_LIFE \
    "(SELECT life FROM heap_capture WHERE container_id = ?1 GROUP BY life ORDER BY count (*) DESC, life LIMIT 1)"
#define DUMP_LIFE \
    "(SELECT life FROM goroutine_group WHERE container_id = ?1 GROUP BY life ORDER BY max (dumps) DESC, life LIMIT 1)"
#define GC_LIFE "(SELECT life FROM gc_summary WHERE container_id = ?1 ORDER BY cycles DESC, life LIMIT 1)"
#define HEAPS_ARE_KNOWN(most) \
    "SELECT count (*) >= " most " FROM heap_capture WHERE container_id = ?1 AND life = " HEAP_LIFE
#define DUMPS_ARE_KNOWN(most) \
    "SELECT coalesce (max (dumps), 0) >= " most " FROM goroutine_group WHERE container_id = ?1"
#define OF_CONTAINER "JOIN identity i USING (identity_id) WHERE i.container_id = ?1"
#define SPEC_IS_KNOWN \
    "SELECT EXISTS (SELECT 1 FROM setting s " OF_CONTAINER " AND (s.name = 'image' OR s.name GLOB 'env.*'))"
/* Without any source that would tell of a death, none is no number. */
#define KILLS_ARE_KNOWN \
    "SELECT EXISTS (SELECT 1 FROM event e " OF_CONTAINER \
    " AND e.kind IN ('started', 'terminated')) OR EXISTS (SELECT 1 FROM quantity q JOIN series s USING (quantity_id) " OF_CONTAINER \
    " AND q.name IN ('memory.oom_kill', 'memory.oom_events', 'container.restarts'))"
/* The last value that was written, if several were. */
#define SETTING_OF(column, condition) \
    "(SELECT s." column " FROM setting s " OF_CONTAINER " AND s." condition \
    " ORDER BY s.t_ns DESC, s.rowid DESC LIMIT 1)"
#define SETTINGS(condition) \
    "SELECT name AS item, value_num AS value, NULL AS noise, value AS text, NULL AS unit FROM (SELECT s.name, s.value, s.value_num, " \
    "row_number () OVER (PARTITION BY s.name ORDER BY s.t_ns DESC, s.rowid DESC) AS n FROM setting s " OF_CONTAINER \
    ") WHERE n = 1 AND (" condition ")"
#define LAST_SAMPLE(quantity) \
    "(SELECT p.value FROM quantity q JOIN series s USING (quantity_id) JOIN identity i USING (identity_id) JOIN sample p USING (series_id) " \
    "WHERE i.container_id = ?1 AND q.name = '" quantity "' ORDER BY p.t_ns DESC LIMIT 1)"
#define MEDIAN(column) \
    "(SELECT " column " FROM timeline WHERE container_id = ?1 AND " column " IS NOT NULL ORDER BY " column \
    " LIMIT 1 OFFSET " \
    "(SELECT count (*) / 2 FROM timeline WHERE container_id = ?1 AND " column " IS NOT NULL))"
/* A change between the ends of a life is growth when a trend says so: of the whole, or of the bucket itself. */
#define FIRES(condition) \
    "EXISTS (SELECT 1 FROM trend t WHERE t.container_id = ?1 AND t.life = l.life AND t.series " condition ")"
#define IS_BUCKET     "bucket NOT IN ('limit', 'working_set', 'go_total', 'unexplained')"
#define PEAK_OF(name) "'" name "', max (" name "_bytes)"
#define PEAKS \
    PEAK_OF("anon") \
    ", " PEAK_OF("file") ", " PEAK_OF("kernel") ", " PEAK_OF( \
        "swap") ", " PEAK_OF("inactive_file") ", " PEAK_OF("active_file") ", " PEAK_OF("shmem") ", " PEAK_OF("slab_reclaimable") ", " PEAK_OF("slab_unreclaimable") ", " PEAK_OF("sock") ", " PEAK_OF("kernel_stack") ", " PEAK_OF("pagetables") ", " PEAK_OF("kernel_other") ", " PEAK_OF("go_live") ", " PEAK_OF("go_garbage") ", " PEAK_OF("go_frag") ", " PEAK_OF("go_idle") ", " PEAK_OF("go_stacks") ", " PEAK_OF("go_meta") ", " PEAK_OF("lazyfree") ", " PEAK_OF("native") ", " PEAK_OF("other_processes")

const gm_diff_family gm_diff_families[GM_DIFF_FAMILIES] = {
#define GM_DIFF_FAMILY(symbol, area, measure, kind, unit, rule, material, pct, least, known, sql) \
    [GM_DIFF_FAMILY_## \
        symbol] = {area, measure, unit, GM_DIFF_##kind, rule, material, GM_TH_##pct, GM_TH_##least, known, sql},
#include "analyzer/diff/families.def"
#undef GM_DIFF_FAMILY
};
