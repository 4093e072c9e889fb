-- Schema 1, part 2: what the analyzer concludes. Only the analyzer writes these tables, and it writes no others.

-- What the columns of this part mean that have no comment of their own.
-- Names:
--   clock_candidate.zero_ns: wall time of the clock's zero by this rule; NULL: it could not tell
--   clock_candidate.pairs: how many pairs the rule had
--   life.from_ns: start of the run, or of its record
--   life.to_ns: end of the run, or of its record
--   growth.delta_bytes: the change
--   gap.from_ns: last sample before the hole
--   gap.to_ns: first sample behind it
--   gc_summary.cycles: collections in the window
--   gc_summary.forced: of these, asked for by the program
--   gc_summary.periodic: of these, because two minutes had passed
--   gc_summary.memlimit_bytes: GOMEMLIMIT; NULL: none, or unknown
--   gc_summary.alloc_bytes_per_s: allocation rate
--   gc_summary.mark_p95_ms: length of the concurrent mark, 95th percentile
--   gc_summary.pause_p50_ms: stop-the-world pauses, median
--   gc_summary.pause_p99_ms: stop-the-world pauses, 99th percentile
--   gc_summary.pause_max_ms: longest stop-the-world pause
--   gc_summary.live_first_bytes: live heap at the start, median of the first tenth
--   gc_summary.live_last_bytes: live heap at the end, median of the last tenth
--   gc_summary.live_max_bytes: largest live heap
--   gc_summary.live_p95_bytes: live heap, 95th percentile
--   gc_summary.live_p99_bytes: live heap, 99th percentile
--   gc_summary.goal_p95_bytes: heap goal, 95th percentile
--   gc_summary.worst_from_ns: start of the worst part
--   gc_summary.worst_to_ns: end of the worst part
--   heap_accumulation.bytes: bytes that come together there
--   heap_capture.inuse_bytes: all live bytes of the profile
--   mapping_growth.first_areas: areas in the first capture
--   mapping_growth.last_areas: areas in the last capture
--   kill.n: number of the death within the container, 1..
--   verdict.from_ns: since when the cause works
--   verdict.to_ns: end of what was looked at
--   verdict_cause.role: contributing or ruled_out
--   verdict_cause.text: what it contributes, or why it is not it

CREATE TABLE clock (             -- how one member's own clock was put on the wall clock
    clock_id    INTEGER PRIMARY KEY,
    member_id   INTEGER NOT NULL REFERENCES member (member_id),
    process     INTEGER NOT NULL, -- gc_cycle.process, or 0 for the whole member
    clock       TEXT NOT NULL,   -- runtime (seconds since the process' start), boot (seconds since boot) or local (stamps without zone)
    zero_ns     INTEGER,         -- wall time of the clock's zero; for local: what is added to a stamp read as UTC; NULL: could not be placed
    -- runtime: memstats_pair, log_stamp, process_start, gc_counts, heap_sizes, container_start, kill_time; boot: boot_pair,
    -- boot_pair_elsewhere, boot_time, kill_time; local: kill_time or a rule of runtime, assumed_utc (nothing tells the zone); unplaced
    rule        TEXT NOT NULL,
    uncertainty_ns INTEGER,      -- zero_ns is right within this, either way
    pairs       INTEGER NOT NULL, -- how many pairs the mapping rests on
    drift_ns    INTEGER,         -- how much the log's stamps ran away from it; beyond a second: the machine slept or its time was set
    conflicts   INTEGER NOT NULL DEFAULT 0, -- other rules that contradict it beyond both uncertainties: the more, the less it is to be trusted
    checks      INTEGER NOT NULL DEFAULT 0, -- collection counts of the metrics that fall into the process' time
    checks_failed INTEGER NOT NULL DEFAULT 0, -- of these, how many do not fit its cycles
    UNIQUE (member_id, process, clock)
) STRICT;

CREATE TABLE clock_candidate (   -- what each rule said about a clock, the best rule first
    clock_id    INTEGER NOT NULL REFERENCES clock (clock_id),
    rule        TEXT NOT NULL,   -- as in clock
    zero_ns     INTEGER, uncertainty_ns INTEGER, pairs INTEGER NOT NULL,
    outcome     TEXT NOT NULL,   -- chosen, agrees, disagrees, refuted (by what was measured, or a lone pair that nothing confirms)
    PRIMARY KEY (clock_id, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE life (              -- one process run of a container
    container_id INTEGER NOT NULL REFERENCES container (container_id),
    life        INTEGER NOT NULL, -- 1..
    from_ns     INTEGER NOT NULL,
    to_ns       INTEGER NOT NULL,
    cut_by      TEXT NOT NULL,   -- what showed the start: first_record, process_start, gc_counter, container_start, counter_reset, usage_drop
    ended_by    TEXT,            -- oom_kill, restart, end_of_record
    limit_bytes INTEGER,         -- memory limit in force at the end; NULL: none known
    PRIMARY KEY (container_id, life)
) STRICT, WITHOUT ROWID;
CREATE INDEX life_start ON life (container_id, from_ns); -- the view gc asks for the life of a time

CREATE TABLE thinned (           -- records of a container that are too many to be looked at one by one, and what was looked at instead
    container_id INTEGER NOT NULL REFERENCES container (container_id),
    what        TEXT NOT NULL,   -- collections, alerts, or the quantity whose samples they are
    records     INTEGER NOT NULL, -- how many there are
    looked_at   INTEGER NOT NULL, -- how many were looked at one by one
    text        TEXT NOT NULL,
    PRIMARY KEY (container_id, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE timeline_point (    -- the decomposition of cgroup usage at one time; see the view timeline
    container_id INTEGER NOT NULL, life INTEGER NOT NULL, t_ns INTEGER NOT NULL,
    usage_bytes INTEGER, working_set_bytes INTEGER, limit_bytes INTEGER,
    anon_bytes INTEGER, file_bytes INTEGER, kernel_bytes INTEGER, swap_bytes INTEGER, -- totals of the buckets below
    inactive_file_bytes INTEGER, active_file_bytes INTEGER, dirty_bytes INTEGER, shmem_bytes INTEGER,
    slab_reclaimable_bytes INTEGER, slab_unreclaimable_bytes INTEGER, sock_bytes INTEGER,
    kernel_stack_bytes INTEGER, pagetables_bytes INTEGER, kernel_other_bytes INTEGER,
    go_live_bytes INTEGER, go_garbage_bytes INTEGER, go_frag_bytes INTEGER, go_idle_bytes INTEGER,
    go_stacks_bytes INTEGER, go_meta_bytes INTEGER,
    lazyfree_bytes INTEGER, native_bytes INTEGER, other_processes_bytes INTEGER,
    unexplained_bytes INTEGER,   -- usage minus the known totals: the identity's error
    go_total_bytes INTEGER,      -- Sys - HeapReleased
    goroutines INTEGER, threads INTEGER,
    PRIMARY KEY (container_id, t_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE gap (               -- a hole in the samples of usage
    container_id INTEGER NOT NULL, life INTEGER NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL
) STRICT;

CREATE TABLE trend (             -- the robust trend test of one series over one life
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    series      TEXT NOT NULL,   -- a column of timeline, or gc_live, heap_profile, heap_alloc, goroutine_profile
    from_ns     INTEGER NOT NULL, to_ns INTEGER NOT NULL, -- the window tested, after the warm-up cut
    points      INTEGER NOT NULL, blocks INTEGER NOT NULL,
    first_value REAL, last_value REAL, -- medians of the first and last tenth of the window
    slope_per_min REAL, slope_se_per_min REAL, z REAL, -- nuisance-adjusted slope, its error, their ratio
    theil_sen_per_min REAL, mann_kendall_z REAL,       -- second opinion
    model       TEXT,            -- none, warmup, step, two_steps, harmonic
    shape       TEXT NOT NULL,   -- flat, linear, saturating, step, harmonic, accelerating, declining, too_short
    ceiling     REAL, tau_min REAL, -- of a saturating shape
    load_r2     REAL, load_coef REAL, -- partial R2 of the load beside the line, value per unit of load; NULL: no load recorded
    fires       INTEGER NOT NULL CHECK (fires IN (0, 1)), -- significant and material
    reach_1h_p  REAL, reach_24h_p REAL, reach_7d_p REAL, -- anon_bytes only: chance (0..1) that the limit is reached so soon after
                                 -- the last point; NULL: no forecast
    PRIMARY KEY (container_id, life, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE growth (            -- change of each bucket over one life, by medians of the first and last tenth
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    bucket      TEXT NOT NULL,   -- a bucket's name without _bytes, or usage, anon, file, kernel
    first_bytes INTEGER, last_bytes INTEGER, delta_bytes INTEGER,
    share_pct   REAL,            -- of the growth of usage; NULL when usage did not grow materially
    PRIMARY KEY (container_id, life, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE gc_summary (        -- GC behaviour of one life, windowed over its whole length after start-up
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    cycles      INTEGER NOT NULL, forced INTEGER NOT NULL, periodic INTEGER NOT NULL,
    from_ns     INTEGER, to_ns INTEGER, procs INTEGER,
    gogc        INTEGER,         -- inferred or set; the last one when it changed; -1 = off; NULL unknown
    gogc_source TEXT,            -- env, metric, inferred
    gogc_match_pct REAL,         -- share of the cycles whose interval holds the inferred value
    gogc_changes INTEGER,        -- how often the setting changed within the window; NULL: not inferred
    regime      TEXT NOT NULL,   -- gogc, memory_limit, min_heap, off, collapsed (goal at the live heap), unknown
    memlimit_bytes INTEGER,
    memlimit_source TEXT,        -- env, metric, inferred from a goal that a limit holds
    effective_gogc_pct REAL,     -- median of 100 * (goal - previous live) / previous live
    gc_share_pct REAL,           -- of GOMAXPROCS, idle workers left out
    gc_quota_share_pct REAL,     -- of the CPU the container may use; of GOMAXPROCS when no quota is known
    assist_share_pct REAL,       -- work that allocating goroutines were made to do, of the same CPU
    assist_ratio_pct REAL,       -- assists, of all marking that was needed
    idle_share_pct REAL,         -- marking on CPU that nobody else wanted, of GOMAXPROCS
    duty REAL,                   -- share of the time during which a collection ran
    cycles_per_s REAL,           -- without the periodic ones
    alloc_bytes_per_s REAL, mark_p95_ms REAL,
    pause_p50_ms REAL, pause_p99_ms REAL, pause_max_ms REAL,
    live_first_bytes INTEGER, live_last_bytes INTEGER, live_max_bytes INTEGER, live_p95_bytes INTEGER, live_p99_bytes INTEGER,
    goal_p95_bytes INTEGER,
    overshoot_p95_bytes INTEGER, -- heap at the end of marking, beyond the goal
    survival_pct REAL,           -- median of live heap / heap at the end of marking
    last_gc_age_s REAL,          -- from the last cycle to the life's end
    thrash_s    REAL,            -- time in which the collector thrashed; NULL: too few cycles to tell
    pressure_s  REAL,            -- time under a memory limit that left little room
    worst_gogc_pct REAL, worst_duty REAL, -- of the worst part of that time
    worst_from_ns INTEGER, worst_to_ns INTEGER,
    gomaxprocs_mismatch INTEGER, -- 1: GOMAXPROCS exceeds the CPU quota; NULL here and below: not known
    old_go      INTEGER,         -- 1: a Go before 1.19, without GOMEMLIMIT
    gc_share_high INTEGER,       -- 1: the collector takes more than a quarter of the CPU
    forced_gc_heavy INTEGER,     -- 1: most collections were asked for by the program
    near_limit  INTEGER,         -- 1: unreclaimable memory came near the memory limit
    oom_confirmed INTEGER,       -- 1: the life holds a kill
    PRIMARY KEY (container_id, life)
) STRICT, WITHOUT ROWID;

CREATE TABLE heap_site (         -- growth of one function's own (flat) and total (cum) live bytes over the heap profiles of a life
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    function_id INTEGER NOT NULL REFERENCES function (function_id),
    role        TEXT NOT NULL CHECK (role IN ('flat', 'cum', 'blame')), -- blame: charged to the first frame of the service's own code
    profiles    INTEGER NOT NULL,
    first_bytes INTEGER NOT NULL, last_bytes INTEGER NOT NULL, max_bytes INTEGER NOT NULL,
    slope_bytes_per_min REAL,    -- Theil-Sen; NULL with fewer than three profiles
    share_pct   REAL,            -- of the growth of all live bytes
    significant INTEGER NOT NULL CHECK (significant IN (0, 1)), -- beyond the sampling noise, and steady
    se_bytes    REAL,            -- sampling error of the growth: sqrt (period * (first + last))
    consistency_pct REAL,        -- share of the steps between profiles (six at most) that rise; NULL under three profiles
    usual_bytes INTEGER,         -- median over the profiles
    max_ns      INTEGER,         -- time of the profile that holds max_bytes
    leaf_id     INTEGER REFERENCES function (function_id), -- blame: what allocates most of it
    signature   TEXT,            -- blame: the known pattern that most of it matches
    PRIMARY KEY (container_id, life, role, function_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE heap_stack (        -- growth of single stacks over the heap profiles of a life: the thousand that changed most
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    stack_id    INTEGER NOT NULL REFERENCES stack (stack_id),
    profiles    INTEGER NOT NULL,
    first_bytes INTEGER NOT NULL, last_bytes INTEGER NOT NULL, max_bytes INTEGER NOT NULL,
    slope_bytes_per_min REAL,    -- Theil-Sen; NULL with fewer than three profiles
    se_bytes    REAL, consistency_pct REAL, -- as in heap_site
    significant INTEGER NOT NULL CHECK (significant IN (0, 1)),
    blame_id    INTEGER REFERENCES function (function_id), -- first frame of the service's own code from the leaf
    leaf_id     INTEGER REFERENCES function (function_id), -- first frame that is not the runtime's
    PRIMARY KEY (container_id, life, stack_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE heap_accumulation ( -- where growth comes together: from the root on, the child that holds 0.7 of its parent
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    measure     TEXT NOT NULL CHECK (measure IN ('growth', 'held')), -- held: nothing grew, the last profile alone
    function_id INTEGER NOT NULL REFERENCES function (function_id), -- where the descent ends
    depth       INTEGER NOT NULL, -- frames from the root
    path        TEXT NOT NULL,   -- the last frames of the descent, root side first
    bytes       INTEGER NOT NULL, share_pct REAL,
    blame_id    INTEGER REFERENCES function (function_id), leaf_id INTEGER REFERENCES function (function_id),
    PRIMARY KEY (container_id, life)
) STRICT, WITHOUT ROWID;

CREATE TABLE heap_capture (      -- the heap profiles of a life that were compared, with the collector's own numbers
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    profile_id  INTEGER NOT NULL REFERENCES profile (profile_id),
    t_ns        INTEGER NOT NULL,
    as_of_ns    INTEGER,         -- the collection whose live heap it shows; NULL: no collection is recorded before it
    inuse_bytes INTEGER NOT NULL,
    live_bytes  INTEGER,         -- live heap of that collection
    PRIMARY KEY (container_id, life, profile_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE alloc_site (        -- what the service's own functions allocated between two profiles
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    function_id INTEGER NOT NULL REFERENCES function (function_id),
    profiles    INTEGER NOT NULL,
    bytes_per_min REAL,          -- over all profiles
    from_ns     INTEGER NOT NULL, to_ns INTEGER NOT NULL, -- the two profiles between which it exceeds its usual rate most
    bytes       INTEGER NOT NULL, -- allocated between them
    usual_bytes INTEGER NOT NULL, -- what its median rate would have made of the same time
    PRIMARY KEY (container_id, life, function_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE goroutine_group (   -- goroutines that share a signature, over the dumps of a life
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    signature   TEXT NOT NULL,   -- the top frames that matter, leaf first
    site        TEXT,            -- first frame of the service's own code
    state       TEXT,            -- most frequent wait reason in the dumps that state one
    dumps       INTEGER NOT NULL,
    first_count INTEGER NOT NULL, last_count INTEGER NOT NULL, max_count INTEGER NOT NULL,
    slope_per_min REAL,
    share_pct   REAL,            -- of the growth of all goroutines
    max_wait_minutes INTEGER,
    pattern     TEXT,            -- the known pattern that it matches
    consistency_pct REAL,        -- share of the steps between dumps (six at most) that rise; NULL under three dumps
    locked      INTEGER,         -- how many of them were locked to a thread in the last dump that says so
    can_leak    INTEGER NOT NULL DEFAULT 0 CHECK (can_leak IN (0, 1)), -- it waits for what may never come
    PRIMARY KEY (container_id, life, signature)
) STRICT, WITHOUT ROWID;

CREATE TABLE mapping_growth (    -- classes of mappings over the /proc captures of a life
    container_id INTEGER NOT NULL, life INTEGER NOT NULL,
    class       TEXT NOT NULL,   -- as in mapping
    name        TEXT NOT NULL,   -- as in mapping
    captures    INTEGER NOT NULL, -- captures of the life, those without this class included
    first_areas INTEGER NOT NULL, last_areas INTEGER NOT NULL,
    first_bytes INTEGER NOT NULL, last_bytes INTEGER NOT NULL, -- address space
    first_rss_bytes INTEGER, last_rss_bytes INTEGER,           -- NULL: maps does not tell
    areas_consistency_pct REAL, consistency_pct REAL,          -- share of the steps in which areas, bytes rise
    PRIMARY KEY (container_id, life, class, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE kill (              -- a distinct death, after the sources were matched; the view oom_kills holds the kernel's kills for memory
    container_id INTEGER NOT NULL, life INTEGER NOT NULL, n INTEGER NOT NULL, -- life 0: no time is known, and it may have ended any of several
    t_ns        INTEGER, uncertainty_ns INTEGER,
    class       TEXT NOT NULL,   -- OOM kills: own_limit, ancestor (pod or slice), node, child (not the service);
                                 -- other deaths: eviction, sigkill (exit 137 that no OOM source knows), go_throw
    sources     TEXT NOT NULL,   -- JSON array: kernel_log, kernel_counter, pod_status, program_log
    oom_kill_id INTEGER REFERENCES oom_kill (oom_kill_id),
    PRIMARY KEY (container_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (           -- the result of one rule on one life
    finding_id  INTEGER PRIMARY KEY,
    container_id INTEGER NOT NULL REFERENCES container (container_id),
    life        INTEGER NOT NULL,
    rule        TEXT NOT NULL,
    outcome     TEXT NOT NULL CHECK (outcome IN ('fired', 'clean', 'not_applicable', 'failed')),
    severity    TEXT NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low', 'info')),
    confidence  REAL NOT NULL,   -- 0..1, after caps and refuters
    share_pct   REAL,            -- of the growth of usage that it explains
    summary     TEXT NOT NULL,
    remedy      TEXT,
    UNIQUE (container_id, life, rule)
) STRICT;

CREATE TABLE finding_evidence (  -- what proves or refutes a finding
    evidence_id INTEGER PRIMARY KEY,
    finding_id  INTEGER NOT NULL REFERENCES finding (finding_id),
    refutes     INTEGER NOT NULL DEFAULT 0 CHECK (refutes IN (0, 1)),
    text        TEXT NOT NULL,
    value       REAL,            -- what sql yields: its first column in its first row
    unit        TEXT,
    sql         TEXT NOT NULL
) STRICT;
CREATE INDEX finding_evidence_finding ON finding_evidence (finding_id);

CREATE TABLE verdict (           -- one row a life, and one with life NULL for the container
    verdict_id  INTEGER PRIMARY KEY,
    container_id INTEGER NOT NULL REFERENCES container (container_id),
    life        INTEGER,
    cause       TEXT NOT NULL, family TEXT NOT NULL,
    level       TEXT NOT NULL CHECK (level IN ('confirmed', 'likely', 'suspected', 'insufficient')),
    confidence  REAL NOT NULL,
    severity    TEXT NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low', 'info')),
    summary     TEXT NOT NULL,
    from_ns     INTEGER, to_ns INTEGER,
    bytes_per_min REAL,
    eta_ns      INTEGER, eta_from_ns INTEGER, eta_to_ns INTEGER, -- when the limit would be reached; NULL: never or unknown
    site        TEXT,
    would_change_my_mind TEXT,
    UNIQUE (container_id, life)
) STRICT;

CREATE TABLE verdict_cause (     -- the other causes weighed
    verdict_id  INTEGER NOT NULL REFERENCES verdict (verdict_id),
    role        TEXT NOT NULL CHECK (role IN ('contributing', 'ruled_out')),
    cause       TEXT NOT NULL,
    share_pct   REAL,
    text        TEXT NOT NULL,
    PRIMARY KEY (verdict_id, role, cause)
) STRICT, WITHOUT ROWID;
