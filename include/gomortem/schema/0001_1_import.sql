-- Schema 1, part 1: what the importer found. Every row leads back to the member it was read from.
-- Units stand in the names: _bytes, _ns (nanoseconds since 1970-01-01 UTC), _ms, _pct. NULL means unknown, never zero.

-- What the columns mean that have no comment of their own, by name or by table.name; gomortem schema --format markdown
-- prints them where they stand.
-- Names:
--   incident_id: the incident, as in table incident
--   member_id: the member it was read from
--   identity_id: whom the member says it belongs to
--   container_id: the container, as settled over all sources
--   quantity_id: what is measured
--   series_id: the series
--   function_id: the function
--   location_id: the line of a function
--   stack_id: the call stack
--   profile_id: the profile
--   oom_kill_id: the kernel's OOM report; NULL: none was found
--   event_id: the event
--   diagnostic_id: number of the complaint, in the order of reading
--   gc_cycle_id: number of the cycle, in the order of reading
--   clock_id: the clock
--   finding_id: the finding
--   evidence_id: number of the evidence, in the order of importance within a finding
--   verdict_id: the verdict
--   blame_id: the function of the service's own code that it is charged to
--   leaf_id: the function that allocates
--   namespace: Kubernetes namespace; NULL: unknown, or no Kubernetes
--   pod: name of the pod; NULL: unknown
--   container: name of the container; NULL: unknown
--   pod_uid: uid of the pod; NULL: unknown
--   life: the process run, 1.. within a container
--   t_ns: time; NULL: unknown
--   from_ns: start of the time it covers
--   to_ns: end of the time it covers
--   uncertainty_ns: the time is right within this, either way; NULL: unknown
--   text: what there is to say, one sentence
--   severity: critical, high, medium, low or info
--   summary: what was found, in a sentence
--   remedy: what to do; NULL: nothing
--   rule: slug of the rule; gomortem explain prints its card
--   cause: slug of the cause; gomortem explain prints its card
--   outcome: fired, clean, not_applicable (an input is missing, named in summary) or failed
--   confidence: 0..1
--   level: confirmed (confidence from .9), likely (.7), suspected (.4) or insufficient
--   family: file, kernel, go, native, environment or none
--   site: function of the service's own code where it happens; NULL: unknown
--   would_change_my_mind: the capture that would settle what is left in doubt
--   bytes_per_min: growth; NULL: nothing grows, or unknown
--   share_pct: share of the growth that it explains; NULL: nothing grew materially
--   unit: unit of the value
--   sql: the statement that yields the value from this very file
--   refutes: 1: it speaks against the finding
--   file: source file; NULL: unknown
--   function: name of the function, with its package
--   name: name of it
--   value: the value
--   alloc_objects: objects allocated since the start
--   alloc_bytes: bytes allocated since the start
--   inuse_objects: objects that live
--   inuse_bytes: bytes of the objects that live
--   count: how many
--   nanoseconds: CPU time or delay
--   profiles: how many profiles were compared
--   dumps: how many dumps were compared
--   first_bytes: bytes at the start
--   last_bytes: bytes at the end
--   max_bytes: most bytes at any time
--   first_count: how many at the start
--   last_count: how many at the end
--   max_count: most at any time
--   slope_per_min: growth a minute; NULL: too few points
--   slope_bytes_per_min: growth a minute (Theil-Sen); NULL: too few profiles
--   significant: 1: beyond the sampling noise, and steady
--   max_wait_minutes: longest wait in the last dump that states waits; NULL: none stated
--   blame: function of the service's own code that it is charged to
--   leaf: function that allocates it
--   usage_bytes: all that is charged to the cgroup, page cache and kernel memory included
--   working_set_bytes: usage less inactive page cache
--   limit_bytes: memory limit; NULL: none, or unknown
--   anon_bytes: anonymous memory: the buckets of Go, native memory and other processes
--   file_bytes: page cache and tmpfs
--   kernel_bytes: kernel memory charged to the cgroup
--   swap_bytes: swapped out, outside usage
--   inactive_file_bytes: page cache that is dropped first
--   active_file_bytes: page cache in use
--   dirty_bytes: page cache that must be written first; part of the other two
--   shmem_bytes: tmpfs, memfd and shared memory
--   slab_reclaimable_bytes: kernel objects that can be dropped: dentries, inodes
--   slab_unreclaimable_bytes: kernel objects that cannot be dropped
--   sock_bytes: socket buffers
--   kernel_stack_bytes: kernel stacks of threads
--   pagetables_bytes: page tables
--   kernel_other_bytes: kernel memory that no other bucket holds
--   go_live_bytes: Go heap that the last collection found alive
--   go_garbage_bytes: Go heap objects beyond the live ones, not collected yet
--   go_frag_bytes: free room in Go heap spans that are in use
--   go_idle_bytes: free Go heap spans not returned to the kernel
--   go_stacks_bytes: goroutine stacks
--   go_meta_bytes: metadata of the Go runtime
--   lazyfree_bytes: freed with MADV_FREE, still resident
--   native_bytes: anonymous memory of the process outside Go's runtime: C, mmap
--   other_processes_bytes: anonymous memory of other processes in the container
--   go_total_bytes: all that the Go runtime holds (Sys less HeapReleased)
--   goroutines: goroutines
--   threads: OS threads
--   size_bytes: address space
--   rss_bytes: resident memory; NULL: not told
--   pss_bytes: resident memory, shared pages divided among their processes
--   anonymous_bytes: resident anonymous memory
--   anon_huge_bytes: resident anonymous memory in huge pages
--   pid: process id as the kernel sees it
--   total_vm_bytes: address space
--   anon_rss_bytes: resident anonymous memory
--   file_rss_bytes: resident file pages
--   shmem_rss_bytes: resident shared memory
--   rss_anon_bytes: resident anonymous memory; NULL: an old kernel does not tell
--   rss_file_bytes: resident file pages; NULL: an old kernel does not tell
--   rss_shmem_bytes: resident shared memory; NULL: an old kernel does not tell
--   pgtables_bytes: page tables
--   oom_score_adj: how the kernel was told to prefer it as victim, -1000..1000
--   victim: name of the killed process
--   failcnt: how often usage hit the limit
--   points: how many values
--   blocks: how many blocks the values were averaged to
--   procs: GOMAXPROCS
--   left_out.reason: why they were not kept; the SQL of the table tells what each word means
--   left_out.records: how many records
--   profile.duration_ns: how long it was recorded
--   profile.build_id: build id of the main mapping
--   diagnostic.severity: info, warning or error
--   diagnostic.text: what is wrong
--   quantity.kind: gauge or counter
--   quantity.description: what it means
--   gc_cycle.cpu_sweep_ms: CPU: sweep termination
--   gc_cycle.cpu_term_ms: CPU: mark termination
--   gc_cycle.globals_mib: scanned global variables; NULL before Go 1.18
--   oom_kill.line: line in the member
--   oom_kill.invoked_by: process whose allocation called the OOM killer
--   oom_kill.usage_bytes: the cgroup's memory usage
--   oom_kill.kmem_bytes: the cgroup's kernel memory (v1)
--   oom_kill.swap_bytes: the cgroup's swap
--   oom_stat.cgroup: the cgroup whose memory.stat it is
--   oom_task.name: process name, 15 characters at most
--   event.exit_code: exit code of a termination
--   event.text: message

CREATE TABLE incident (          -- one row: what this file is
    incident_id    TEXT NOT NULL,    -- SHA-256 over (path, hash) of the members in path order and the import options
    name           TEXT NOT NULL,    -- name of the bundle without directories and archive suffixes
    options        TEXT NOT NULL,    -- the import options that shape the rows, as JSON
    schema_version INTEGER NOT NULL, -- equals PRAGMA user_version
    tool_version   TEXT NOT NULL,    -- gomortem that imported it
    from_ns        INTEGER,          -- earliest time of any placed record
    to_ns          INTEGER           -- latest time of any placed record
) STRICT;

CREATE TABLE member (            -- one file of the bundle, also when nothing recognised it
    member_id   INTEGER PRIMARY KEY,
    parent_id   INTEGER REFERENCES member (member_id), -- the nested archive that holds it
    path        TEXT NOT NULL,   -- cleaned path; a nested archive's path is a prefix
    format      TEXT,            -- name of the winning format, or what it is: tar, zip, ..., empty, link, special_file; NULL: unrecognised
    bid         INTEGER,         -- the winner's bid, 1..100
    encoding    TEXT,            -- compression taken off before the bids, and the encoding of a text: gzip, zstd+utf-16le, ..., outermost first
    sha256      TEXT,            -- of the bytes as they lie in the bundle
    bytes       INTEGER NOT NULL DEFAULT 0, -- size as it lies in the bundle
    records     INTEGER NOT NULL DEFAULT 0, -- rows taken from it
    rejected    INTEGER NOT NULL DEFAULT 0, -- records that were damaged or refused
    left_out    INTEGER NOT NULL DEFAULT 0, -- records understood and not kept; why is in the table left_out
    first_ns    INTEGER,         -- earliest time in it
    last_ns     INTEGER,         -- latest time in it
    mtime_ns    INTEGER,         -- modification time that the archive states; often the time of a copy
    time_source TEXT             -- where a snapshot's time came from: content, name, directory, header, mtime; NULL: not a snapshot
) STRICT;

CREATE TABLE left_out (          -- why records of a member were not kept; the sum of a member is member.left_out
    member_id INTEGER NOT NULL REFERENCES member (member_id),
    reason    TEXT NOT NULL CHECK (reason IN (
        'outside_vocabulary',    -- no quantity or table is meant for it
        'not_selected',          -- of a container that --select does not name
        'duplicate',             -- the same value at the same time had been read before
        'disagreeing_duplicate', -- another value at the same time had been read before; the first is kept
        'no_value',              -- NaN, a stale marker, an infinity, "none" or "no limit"
        'no_time',               -- it has no time and nothing gives it one
        'superseded',            -- another record of the member says it better
        'beyond_limit',          -- more than is kept of one record
        'deleted')),             -- the source itself marks it as deleted
    records   INTEGER NOT NULL,
    PRIMARY KEY (member_id, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE diagnostic (        -- a complaint about a member, or about the bundle when member_id is NULL
    diagnostic_id INTEGER PRIMARY KEY,
    member_id     INTEGER REFERENCES member (member_id),
    severity      TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
    line          INTEGER,       -- 1-based line in the member
    byte_offset   INTEGER,       -- 0-based offset in the decompressed member
    text          TEXT NOT NULL
) STRICT;

CREATE TABLE container (         -- a container as settled over all sources; its restarts are lives, not new rows
    container_id INTEGER PRIMARY KEY,
    namespace    TEXT,
    pod          TEXT,
    container    TEXT,
    pod_uid      TEXT,
    UNIQUE (namespace, pod, container)
) STRICT;

CREATE TABLE identity (          -- whom one source says that its records belong to, before and after settling
    identity_id   INTEGER PRIMARY KEY,
    container_id  INTEGER REFERENCES container (container_id), -- NULL: could not be settled, or not a container
    level         TEXT NOT NULL CHECK (level IN ('container', 'pod', 'node', 'unnamed')), -- unnamed: only hint is known
    namespace     TEXT,
    pod           TEXT,
    container     TEXT,
    pod_uid       TEXT,
    runtime_id    TEXT,          -- the runtime's 64 hex digits
    cgroup        TEXT,          -- cgroup path as the source writes it
    hint          TEXT,          -- member path or process name to match by when names are missing
    rule          TEXT           -- which settling rule placed it
) STRICT;
CREATE INDEX identity_container ON identity (container_id); -- whatever is asked for is asked for a container

CREATE TABLE quantity (          -- the vocabulary: what a series can measure, whatever its source calls it
    quantity_id INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE, -- e.g. memory.usage
    unit        TEXT NOT NULL,        -- bytes, count, seconds, ns, ratio
    kind        TEXT NOT NULL CHECK (kind IN ('gauge', 'counter')),
    description TEXT NOT NULL
) STRICT;

CREATE TABLE series (            -- one measured quantity of one identity from one source
    series_id   INTEGER PRIMARY KEY,
    identity_id INTEGER NOT NULL REFERENCES identity (identity_id),
    quantity_id INTEGER REFERENCES quantity (quantity_id), -- NULL: kept, but outside the vocabulary
    source      TEXT NOT NULL,   -- prometheus, cgroup, proc, kubelet, cadvisor, metrics_server, docker, otlp, memstats, gctrace
    name        TEXT NOT NULL,   -- the source's own name
    labels      TEXT NOT NULL    -- remaining labels as a JSON object with sorted keys
) STRICT;
CREATE INDEX series_quantity ON series (quantity_id, identity_id); -- the view samples asks for a quantity of a container

CREATE TABLE sample (            -- a value at a time
    series_id INTEGER NOT NULL REFERENCES series (series_id),
    t_ns      INTEGER NOT NULL,
    value     REAL NOT NULL,     -- in the quantity's unit; NaN and infinities are not stored but counted; see stale_marker
    PRIMARY KEY (series_id, t_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE stale_marker (      -- from here on a series of Prometheus had no value: a marker of staleness, or NaN where an export writes that for one
    series_id INTEGER NOT NULL REFERENCES series (series_id),
    t_ns      INTEGER NOT NULL,  -- time of the first of several in a row
    PRIMARY KEY (series_id, t_ns)
) STRICT, WITHOUT ROWID;

CREATE TABLE gc_cycle (          -- one gctrace line
    gc_cycle_id  INTEGER PRIMARY KEY,
    member_id    INTEGER NOT NULL REFERENCES member (member_id),
    identity_id  INTEGER NOT NULL REFERENCES identity (identity_id),
    process      INTEGER NOT NULL, -- 1.. within the member: a new one when the counter falls back
    line         INTEGER,        -- line in the member
    n            INTEGER NOT NULL, -- the runtime's cycle number
    log_ns       INTEGER,        -- time stamp of the log line: when it was written, after the cycle
    start_s      REAL NOT NULL,  -- seconds from the process' start to the cycle's start
    total_pct    INTEGER NOT NULL, -- GC share of CPU since the process' start, as printed
    clock_sweep_ms REAL NOT NULL, -- wall: stop-the-world sweep termination
    clock_mark_ms  REAL NOT NULL, -- wall: concurrent mark
    clock_term_ms  REAL NOT NULL, -- wall: stop-the-world mark termination
    cpu_sweep_ms  REAL NOT NULL,
    cpu_assist_ms REAL NOT NULL, -- mutator assists
    cpu_background_ms REAL NOT NULL, -- dedicated and fractional workers
    cpu_idle_ms   REAL NOT NULL, -- idle workers
    cpu_term_ms   REAL NOT NULL,
    heap_start_mib INTEGER NOT NULL, -- floored by the runtime, like all MiB here
    heap_end_mib  INTEGER NOT NULL,  -- when marking ended
    heap_live_mib INTEGER NOT NULL,  -- marked
    heap_goal_mib INTEGER,       -- NULL: none (GOGC=off)
    stacks_mib   INTEGER,        -- scanned stack bytes, not stack memory; NULL before Go 1.18
    globals_mib  INTEGER,
    procs        INTEGER NOT NULL, -- GOMAXPROCS
    forced       INTEGER NOT NULL CHECK (forced IN (0, 1)),  -- runtime.GC() or FreeOSMemory()
    periodic     INTEGER NOT NULL CHECK (periodic IN (0, 1)) -- the two-minute collection, announced by "GC forced"
) STRICT;
CREATE INDEX gc_cycle_process ON gc_cycle (identity_id, member_id, process); -- a container's cycles, one process after another

CREATE TABLE function (          -- shared by all profiles and dumps; each name and file once
    function_id INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    file        TEXT
) STRICT;

CREATE TABLE location (          -- a line of a function; inlined calls are locations of their own
    location_id INTEGER PRIMARY KEY,
    function_id INTEGER NOT NULL REFERENCES function (function_id),
    line        INTEGER          -- NULL: unknown
) STRICT;

CREATE TABLE stack (             -- a call stack
    stack_id INTEGER PRIMARY KEY,
    frames   TEXT NOT NULL       -- JSON array of location ids, leaf first
) STRICT;

CREATE TABLE profile (           -- one pprof capture or goroutine dump
    profile_id  INTEGER PRIMARY KEY,
    member_id   INTEGER NOT NULL REFERENCES member (member_id),
    identity_id INTEGER NOT NULL REFERENCES identity (identity_id),
    kind        TEXT NOT NULL,   -- heap, allocs, goroutine, threadcreate, cpu, block, mutex, or the type as written
    t_ns        INTEGER,         -- capture time
    duration_ns INTEGER,
    period      INTEGER,         -- sampling period in the period type's unit; 524288 bytes for a default heap profile
    value_types TEXT NOT NULL,   -- JSON array of "type/unit" as in the profile
    binary      TEXT,            -- path of the main mapping
    build_id    TEXT,
    is_delta    INTEGER NOT NULL DEFAULT 0 CHECK (is_delta IN (0, 1)), -- a difference: no level can be read from it
    alloc_objects INTEGER, alloc_bytes INTEGER, inuse_objects INTEGER, inuse_bytes INTEGER, -- totals of a heap profile
    count       INTEGER,         -- total of goroutines, threads, samples or contentions
    nanoseconds INTEGER          -- total CPU time or delay
) STRICT;

CREATE TABLE profile_sample (    -- a stack's values in one profile; labels are summed away, block sizes too
    profile_id    INTEGER NOT NULL REFERENCES profile (profile_id),
    stack_id      INTEGER NOT NULL REFERENCES stack (stack_id),
    alloc_objects INTEGER, alloc_bytes INTEGER, inuse_objects INTEGER, inuse_bytes INTEGER,
    count         INTEGER,
    nanoseconds   INTEGER,
    PRIMARY KEY (profile_id, stack_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE profile_function (  -- what a function holds or takes by itself in one profile: the sums of the stacks that it is the leaf of
    profile_id    INTEGER NOT NULL REFERENCES profile (profile_id),
    function_id   INTEGER NOT NULL REFERENCES function (function_id),
    alloc_objects INTEGER, alloc_bytes INTEGER, inuse_objects INTEGER, inuse_bytes INTEGER,
    count         INTEGER,
    nanoseconds   INTEGER,
    PRIMARY KEY (profile_id, function_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE goroutine (         -- one goroutine, or several alike, of a dump with states
    profile_id   INTEGER NOT NULL REFERENCES profile (profile_id),
    goid         INTEGER,        -- NULL when grouped
    state        TEXT,           -- wait reason as printed, e.g. chan receive
    wait_minutes INTEGER,        -- set by the collector: absent is not fresh
    locked       INTEGER NOT NULL CHECK (locked IN (0, 1)), -- locked to thread
    stack_id     INTEGER NOT NULL REFERENCES stack (stack_id),
    created_by   TEXT            -- function
) STRICT;
CREATE INDEX goroutine_profile ON goroutine (profile_id, stack_id);

CREATE TABLE mapping (           -- one class of virtual memory areas in a /proc capture
    member_id    INTEGER NOT NULL REFERENCES member (member_id),
    identity_id  INTEGER NOT NULL REFERENCES identity (identity_id),
    t_ns         INTEGER,
    class        TEXT NOT NULL,  -- go_heap, go_other, heap, stack, anon_rw, anon_other, file, file_deleted, shmem, special
    name         TEXT NOT NULL,  -- path or bracketed name, or the class again
    areas        INTEGER NOT NULL, -- how many areas are summed here
    size_bytes   INTEGER NOT NULL,
    rss_bytes    INTEGER, pss_bytes INTEGER, anonymous_bytes INTEGER, lazyfree_bytes INTEGER,
    anon_huge_bytes INTEGER, swap_bytes INTEGER
) STRICT;

CREATE TABLE oom_kill (          -- one kernel OOM report, decoded
    oom_kill_id INTEGER PRIMARY KEY,
    member_id   INTEGER NOT NULL REFERENCES member (member_id),
    identity_id INTEGER NOT NULL REFERENCES identity (identity_id),
    line        INTEGER,
    t_ns        INTEGER,         -- wall time when the line carries one
    boot_s      REAL,            -- seconds since boot when the line carries them
    constraint_name TEXT,        -- CONSTRAINT_MEMCG, CONSTRAINT_NONE, ...; derived from the kill line on old kernels
    oom_cgroup  TEXT,            -- the cgroup over its limit
    task_cgroup TEXT,            -- the victim's cgroup
    invoked_by  TEXT,
    victim      TEXT, pid INTEGER,
    total_vm_bytes INTEGER, anon_rss_bytes INTEGER, file_rss_bytes INTEGER, shmem_rss_bytes INTEGER,
    pgtables_bytes INTEGER, oom_score_adj INTEGER,
    usage_bytes INTEGER, limit_bytes INTEGER, failcnt INTEGER, kmem_bytes INTEGER, swap_bytes INTEGER
) STRICT;

CREATE TABLE oom_stat (          -- memory.stat as an OOM report prints it
    oom_kill_id INTEGER NOT NULL REFERENCES oom_kill (oom_kill_id),
    cgroup      TEXT NOT NULL,
    key         TEXT NOT NULL,   -- the kernel's key
    value       INTEGER NOT NULL, -- bytes, or events for pg* and workingset_* keys
    PRIMARY KEY (oom_kill_id, cgroup, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE oom_task (          -- the task table of an OOM report
    oom_kill_id INTEGER NOT NULL REFERENCES oom_kill (oom_kill_id),
    pid         INTEGER NOT NULL,
    name        TEXT NOT NULL,
    total_vm_bytes INTEGER, rss_bytes INTEGER, rss_anon_bytes INTEGER, rss_file_bytes INTEGER,
    rss_shmem_bytes INTEGER, pgtables_bytes INTEGER, swap_bytes INTEGER, oom_score_adj INTEGER
) STRICT;

CREATE TABLE event (             -- something that happened: Kubernetes events, terminations, Go crashes, alerts
    event_id    INTEGER PRIMARY KEY,
    member_id   INTEGER NOT NULL REFERENCES member (member_id),
    identity_id INTEGER NOT NULL REFERENCES identity (identity_id),
    t_ns        INTEGER,
    kind        TEXT NOT NULL,   -- started, terminated, evicted, go_fatal, k8s_event, alert, scavenge, heap_freed
    reason      TEXT,            -- e.g. OOMKilled
    exit_code   INTEGER,
    count       INTEGER,         -- how often, where the source says so (restart count for terminated)
    text        TEXT
) STRICT;

CREATE TABLE clock_pair (        -- a moment that a member gives on two clocks, or that its stamps are in local time
    member_id   INTEGER NOT NULL REFERENCES member (member_id),
    clock       TEXT NOT NULL,   -- boot: seconds since boot; local: its stamps have no zone and were read as UTC
    clock_s     REAL,            -- on that clock; NULL for local
    t_ns        INTEGER,         -- on the wall; NULL for local
    uncertainty_ns INTEGER,      -- to how much the wall time is given
    local       INTEGER NOT NULL CHECK (local IN (0, 1)), -- the wall time has no zone and was read as UTC
    source      TEXT NOT NULL    -- line: of one log line; audit: an audit record; btime: /proc/stat; stamp: for local
) STRICT;

CREATE TABLE setting (           -- configuration found: limits, environment, versions
    member_id   INTEGER NOT NULL REFERENCES member (member_id),
    identity_id INTEGER NOT NULL REFERENCES identity (identity_id),
    t_ns        INTEGER,
    name        TEXT NOT NULL,   -- limits.memory, requests.memory, limits.cpu, env.GOGC, image, go.version, ...
    value       TEXT NOT NULL,   -- as written
    value_num   REAL             -- bytes, cores or the plain number when it parses
) STRICT;
