-- Schema 1, part 5: what other settings would have done. The analyzer replays the recorded demand for memory under other
-- values of GOGC, GOMEMLIMIT and the container's limit, by the pacer's formulas; see the Go GC guide.

-- What the columns of this part mean that have no comment of their own.
-- Names:
--   gogc: GOGC in per cent, -1: off
--   memlimit_bytes: GOMEMLIMIT; NULL: none
--   gc_cpu_pct: CPU that collections take, of what the container may use; idle workers left out
--   whatif_input.from_ns: start of the replay: the first collection behind the start-up
--   whatif_input.live_p99_bytes: live heap, 99th percentile
--   whatif_input.alloc_bytes_per_s: allocation rate
--   whatif_input.native_bytes: native memory, 99th percentile; NULL here and below: unknown
--   whatif_input.other_processes_bytes: other processes, 99th percentile
--   whatif_input.kernel_bytes: kernel memory, 99th percentile
--   whatif_input.shmem_bytes: tmpfs and shared memory, 99th percentile
--   whatif_input.dirty_bytes: unwritten page cache, 99th percentile
--   whatif_demand.alloc_bytes: allocated since the first row
--   whatif_demand.live_bytes: live heap
--   whatif_demand.stacks_bytes: scanned stacks
--   whatif_demand.globals_bytes: scanned globals
--   whatif_run.verdict: safe, tight, delays, thrash, killed or unknown; see the view whatif
--   whatif_run.peak_bytes: highest unreclaimable memory up to the end of the record; NULL: unknown
--   whatif_run.cycles_per_s: collections a second
--   whatif_advice.peak_bytes: highest unreclaimable memory under the recommended setting
--   whatif_advice.bound_bytes: what its goals allow with a tenth of overshoot
--   whatif_advice.gc_cpu_pct: the same under the recommended setting
--   whatif_input.recorded_cycles: collections behind the first
--   whatif_input.predicted_cycles: the same, simulated
--   whatif_input.cycles_error_pct: their difference, of what was recorded
--   whatif_input.recorded_gc_cpu_pct: the collector's share of the CPU
--   whatif_input.predicted_gc_cpu_pct: the same, simulated
--   whatif_advice.action: keep the setting, change it, raise_limit too, no_setting_helps (a leak), or refused with the reason
--   whatif_advice.cycles_per_s: collections a second under the recommended setting
--   whatif.killed: 1: killed within the record
--   whatif.in_force: 1: the setting in force, 0: one of the grid
--   whatif_worst.peak_bytes: highest unreclaimable memory of any life
--   whatif_worst.bound_bytes: the most that goals allow in any life
--   whatif_worst.cycles_per_s: most collections a second
--   whatif_worst.verdict: of the life that it suits least
--   whatif_worst.lives: lives that were validated
--   whatif_advice.lives: lives of the container that were looked at

CREATE TABLE whatif_input (      -- what the simulation of a life rests on, and how well it repeats what was recorded
    container_id INTEGER NOT NULL REFERENCES container (container_id), life INTEGER NOT NULL,
    status      TEXT NOT NULL CHECK (status IN ('validated', 'failed', 'refused')), -- failed: it does not repeat the record; refused: an input is missing
    reason      TEXT,            -- why it is not validated
    from_ns     INTEGER NOT NULL, to_ns INTEGER NOT NULL,
    go_minor    INTEGER,         -- 22 for Go 1.22
    gogc        INTEGER NOT NULL, -- the setting in force
    gogc_source TEXT NOT NULL,   -- env, metric, inferred; default: nothing tells another one
    memlimit_bytes INTEGER,
    limit_bytes INTEGER,         -- the container's limit in this life
    procs       REAL, cpu_cores REAL, -- GOMAXPROCS, and the CPU that the container may use
    live_p99_bytes INTEGER, alloc_bytes_per_s REAL,
    nonheap_bytes INTEGER,       -- what the runtime holds beside heap objects and free heap: counts against GOMEMLIMIT
    own_bytes   INTEGER,         -- the runtime's metadata and stacks, 99th percentile
    beside_go_bytes INTEGER,     -- memory that GOMEMLIMIT does not count: native, other processes, kernel, tmpfs, unwritten files
    native_bytes INTEGER, other_processes_bytes INTEGER, kernel_bytes INTEGER, shmem_bytes INTEGER, dirty_bytes INTEGER,
    untouched_bytes INTEGER,     -- heap that was never touched and is not resident: a ballast
    consmark_1  REAL, consmark_2 REAL, consmark_3 REAL, consmark_4 REAL, -- bytes allocated for each byte marked in the collections up to the first row
    rest_s      REAL,            -- between two collections when the second is due at once
    known_s     REAL,            -- length of the record that is replayed
    grows       INTEGER NOT NULL CHECK (grows IN (0, 1)), -- the demand rises without bound: no setting holds it
    killed_ns   INTEGER,         -- the recorded kill by its own limit
    recorded_heap_bytes INTEGER, predicted_heap_bytes INTEGER, heap_error_pct REAL, -- largest heap at the end of a mark
    recorded_peak INTEGER, predicted_peak INTEGER, peak_error_pct REAL, -- highest unreclaimable memory; the limit where it was killed; NULL: cannot be told
    recorded_cycles INTEGER, predicted_cycles INTEGER, cycles_error_pct REAL,
    cycles_slack INTEGER,        -- difference in collections that the log's whole MiB can make
    recorded_gc_cpu_pct REAL, predicted_gc_cpu_pct REAL,
    PRIMARY KEY (container_id, life)
) STRICT, WITHOUT ROWID;

CREATE TABLE whatif_demand (     -- the recorded demand, one row for each collection; long records are merged
    container_id INTEGER NOT NULL, life INTEGER NOT NULL, n INTEGER NOT NULL, -- n: 0.. in the order of time
    t_s         REAL NOT NULL,   -- seconds since whatif_input.from_ns
    alloc_bytes REAL NOT NULL, live_bytes REAL NOT NULL, stacks_bytes REAL NOT NULL, globals_bytes REAL NOT NULL,
    mark_s      REAL NOT NULL, cpu_s REAL NOT NULL, -- wall time and CPU of the collection
    assist_share REAL NOT NULL, idle_share REAL NOT NULL, -- shares of all Ps meanwhile: assists, idle workers
    forced      INTEGER NOT NULL CHECK (forced IN (0, 1)), -- the program asked for it
    PRIMARY KEY (container_id, life, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE whatif_beside (     -- unreclaimable memory that is not the heap's; negative where the heap is in part untouched
    container_id INTEGER NOT NULL, life INTEGER NOT NULL, n INTEGER NOT NULL, -- n: 0.. in the order of time
    t_s         REAL NOT NULL,   -- seconds since whatif_input.from_ns
    bytes       REAL NOT NULL,   -- that memory
    PRIMARY KEY (container_id, life, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE whatif_run (        -- one simulated setting of one life; see the view whatif
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    n           INTEGER NOT NULL, -- 0: the setting in force; 1..: the grid
    gogc        INTEGER NOT NULL, memlimit_bytes INTEGER,
    limit_bytes INTEGER,         -- the container's limit that it was judged by: the present one
    verdict     TEXT NOT NULL,
    peak_bytes  INTEGER,
    bound_bytes INTEGER,         -- what goals allow with a tenth of overshoot, reached or not; NULL: all, or unknown
    heap_peak_bytes INTEGER,     -- largest heap at the end of a mark
    gc_cpu_pct  REAL, cycles_per_s REAL,
    thrash_s    REAL, pressure_s REAL, -- time in which collections run back to back, or nearly so under GOMEMLIMIT
    limiter_s   REAL,            -- time in which the runtime's CPU limiter is on: half of the CPU went into collections
    killed_ns   INTEGER,         -- when memory passes the limit; behind the end of the record for a demand that rises; NULL: not
    killed_from_ns INTEGER, killed_to_ns INTEGER, -- the same if memory is off by the error of the validation, 5 % at least
    PRIMARY KEY (container_id, life, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE whatif_advice (     -- the setting that is recommended for a container
    container_id INTEGER PRIMARY KEY REFERENCES container (container_id),
    action      TEXT NOT NULL CHECK (action IN ('keep', 'change', 'raise_limit', 'no_setting_helps', 'refused')),
    life        INTEGER,         -- the life that decides; NULL: none
    lives       INTEGER NOT NULL, lives_used INTEGER NOT NULL, -- lives_used: of these, validated
    now_gogc    INTEGER, now_memlimit_bytes INTEGER, now_limit_bytes INTEGER, -- the setting in force
    gogc        INTEGER,         -- recommended; of no_setting_helps: the one that delays the kill most; NULL: none
    memlimit_bytes INTEGER, limit_bytes INTEGER,
    peak_bytes  INTEGER, bound_bytes INTEGER,
    margin_bytes INTEGER,        -- limit_bytes less peak_bytes
    gc_cpu_now_pct REAL,         -- price: the collector's share of the CPU under the setting in force
    gc_cpu_pct  REAL, cycles_per_s REAL,
    killed_ns   INTEGER,         -- no_setting_helps: the kill
    delayed_ns  INTEGER,         -- no_setting_helps: the latest time that a setting moves it to
    summary     TEXT NOT NULL,
    reasoning   TEXT NOT NULL    -- why, in sentences
) STRICT;

CREATE VIEW whatif AS            -- other settings: GOGC x GOMEMLIMIT for each validated life, and what each would have done
    SELECT r.container_id, r.life, r.gogc, r.memlimit_bytes, r.limit_bytes, r.peak_bytes, r.gc_cpu_pct, r.cycles_per_s,
           r.killed_ns IS NOT NULL AND r.killed_ns <= i.to_ns AS killed, r.killed_ns,
           -- safe; tight: near the limit, or dear; delays: a demand that rises without bound is killed later; thrash; killed
           r.verdict, r.n = 0 AS in_force, i.status, r.bound_bytes, r.heap_peak_bytes, r.thrash_s, r.pressure_s, r.limiter_s,
           r.killed_from_ns, r.killed_to_ns, r.n
    FROM whatif_run r JOIN whatif_input i USING (container_id, life);

CREATE VIEW whatif_worst AS      -- the same over all validated lives of a container: the worst of each
    SELECT container_id, gogc, memlimit_bytes, limit_bytes, max(peak_bytes) AS peak_bytes, max(bound_bytes) AS bound_bytes, max(gc_cpu_pct) AS gc_cpu_pct,
           max(cycles_per_s) AS cycles_per_s,
           CASE max(CASE verdict WHEN 'safe' THEN 0 WHEN 'tight' THEN 1 WHEN 'delays' THEN 2 WHEN 'thrash' THEN 3 WHEN 'killed' THEN 4 ELSE 5 END)
               WHEN 0 THEN 'safe' WHEN 1 THEN 'tight' WHEN 2 THEN 'delays' WHEN 3 THEN 'thrash' WHEN 4 THEN 'killed' ELSE 'unknown' END AS verdict,
           count(*) AS lives, n
    FROM whatif WHERE status = 'validated' AND NOT in_force GROUP BY container_id, n;
