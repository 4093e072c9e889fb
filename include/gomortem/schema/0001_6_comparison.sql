-- Schema 1, part 6: two incidents side by side, A and B. `gomortem diff` writes these tables into a file of their own or
-- into none; --baseline writes them into the incident that is compared, which is B, and the good run is A.

-- What the columns of this part mean that have no comment of their own.
-- Names:
--   comparison.a_incident_id: incident A, as in its own table incident
--   comparison.b_incident_id: incident B
--   comparison.a_name: name of incident A
--   comparison.b_name: name of incident B
--   a_namespace: Kubernetes namespace on side A; NULL: unknown, or nothing on this side
--   b_namespace: Kubernetes namespace on side B
--   a_pod: pod on side A; NULL: unknown, or nothing on this side
--   b_pod: pod on side B
--   a_container: container on side A; NULL: unknown, or nothing on this side
--   b_container: container on side B
--   pair_id: the pair of containers
--   side: a or b
--   difference_id: number of the difference, in the order of importance
--   difference.a_value: number on side A; NULL: unknown, or a text
--   difference.b_value: number on side B
--   difference.a_text: words on side A; NULL: unknown
--   difference.b_text: words on side B
--   comparison_point.usage_bytes: cgroup usage
--   comparison_point.anon_bytes: anonymous memory
--   comparison_point.go_live_bytes: Go live heap
--   comparison_point.limit_bytes: memory limit
--   comparison_point.goroutines: goroutines
--   differences.a_value: number on side A
--   differences.b_value: number on side B

CREATE TABLE comparison (        -- one row: what was compared
    a_incident_id TEXT NOT NULL, a_name TEXT NOT NULL,
    b_incident_id TEXT NOT NULL, b_name TEXT NOT NULL,
    summary     TEXT NOT NULL    -- what differs, in prose, over all pairs
) STRICT;

CREATE TABLE comparison_pair (   -- containers that are the same service on both sides, or a container without a partner
    pair_id     INTEGER PRIMARY KEY,
    a_container_id INTEGER,      -- container_id in incident A, the worst when several count as one; NULL: nothing on this side
    a_namespace TEXT, a_pod TEXT, a_container TEXT,
    a_containers INTEGER NOT NULL, -- how many pods of the workload count as one with the worst of each number
    b_container_id INTEGER,      -- the same in incident B
    b_namespace TEXT, b_pod TEXT, b_container TEXT,
    b_containers INTEGER NOT NULL, -- likewise
    -- names: namespace, workload and container are the same; place: namespace and container are, and both are alone there;
    -- alone: there is one container on either side; nothing: no partner was found
    matched_by  TEXT NOT NULL CHECK (matched_by IN ('names', 'place', 'alone', 'nothing')),
    status      TEXT NOT NULL CHECK (status IN ('new', 'gone', 'worse', 'better', 'unchanged')), -- of B, by what calls for action
    a_seconds   REAL, b_seconds REAL, -- how long the compared life was recorded
    windows     TEXT NOT NULL CHECK (windows IN ('alike', 'differ', 'unknown')), -- differ: one is more than twice as long
    summary     TEXT NOT NULL    -- what differs, in prose
) STRICT;

CREATE TABLE difference (        -- one thing looked at on both sides, also when it is the same
    difference_id INTEGER PRIMARY KEY,
    pair_id     INTEGER NOT NULL REFERENCES comparison_pair (pair_id),
    area        TEXT NOT NULL,   -- verdict, finding, kill, limit, setting, version, trend, bucket, site, goroutines, collector, load, record
    item        TEXT NOT NULL,   -- what of the area: a rule, a bucket, a function, a variable
    measure     TEXT NOT NULL,   -- what of the item: growth, peak, held; '' where there is one only
    a_value     REAL, b_value REAL,
    a_text      TEXT, b_text TEXT,
    unit        TEXT,            -- of the values; NULL: the words are compared
    change      REAL,            -- b_value less a_value; NULL: one of them is unknown
    -- new: B has it and A, which was looked at, has not; gone: the reverse; changed: different, and neither is the better;
    -- unknown: one side was not recorded, so nothing can be said
    judgement   TEXT NOT NULL CHECK (judgement IN ('new', 'gone', 'worse', 'better', 'changed', 'same', 'unknown')),
    material    INTEGER NOT NULL CHECK (material IN (0, 1)), -- beyond noise and thresholds, and worth a look by itself
    severity    TEXT CHECK (severity IN ('critical', 'high', 'medium', 'low', 'info')), -- what --fail-on looks at; NULL: a detail
    rule        TEXT,            -- what CI formats call it: the finding's rule, or baseline_ and what changed; NULL: a detail
    text        TEXT NOT NULL,   -- the difference in words
    a_sql       TEXT, b_sql TEXT, -- yields a_value (or a_text) from incident A, b_value from B; NULL: a result without a database, or the words of several pods
    UNIQUE (pair_id, area, item, measure)
) STRICT;

CREATE TABLE comparison_point (  -- the histories of a pair, thinned to what a chart can show; extremes are kept
    pair_id     INTEGER NOT NULL REFERENCES comparison_pair (pair_id),
    side        TEXT NOT NULL CHECK (side IN ('a', 'b')),
    since_ns    INTEGER NOT NULL, -- time since the first point of this side
    life        INTEGER NOT NULL, -- number of the process run
    usage_bytes INTEGER, anon_bytes INTEGER, go_live_bytes INTEGER, limit_bytes INTEGER, goroutines INTEGER,
    PRIMARY KEY (pair_id, side, since_ns)
) STRICT, WITHOUT ROWID;

CREATE VIEW differences AS       -- what differs between two incidents, the most important first
    SELECT coalesce (p.b_namespace, p.a_namespace) AS namespace, coalesce (p.b_pod, p.a_pod) AS pod,
           coalesce (p.b_container, p.a_container) AS container, d.area, d.item, d.measure, d.a_value, d.b_value, d.a_text,
           d.b_text, d.unit, d.change, d.judgement, d.material, d.severity, d.rule, d.text, d.a_sql, d.b_sql, d.pair_id,
           d.difference_id
    FROM difference d JOIN comparison_pair p USING (pair_id);
