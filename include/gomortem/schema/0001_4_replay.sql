-- Schema 1, part 4: alert replay. What alert rules would have told of the incident, had Prometheus watched the recorded series.

-- What the columns of this part mean that have no comment of their own.
-- Names:
--   alert_rule.title: what it watches, in words
--   alert_rule.expression: PromQL
--   alert_rule.for_s: how long it must hold before it fires
--   alert_rule.keep_firing_for_s: how long it fires on when it holds no more
--   alert_outcome.lead_s: from the first firing of the last episode to the end; NULL: it did not fire, or nothing ended
--   alerts.lead_s: from the first firing of the last episode to the end; NULL: it did not fire, or nothing ended
--   alerts.title: what the rule watches, in words
--   alerts.expression: PromQL
--   alert_proposal.summary: annotation of that name
--   alert_proposal.for_s: how long it must hold before it fires
--   alert_proposal.lead_s: shortest time between its alert and the end of a life
--   alert_test_series.series: name and labels as promtool takes them
--   alert_rule.rule: name of the alert rule
--   alert_outcome.rule: name of the alert rule
--   alert_firing.rule: name of the alert rule
--   alerts.rule: name of the alert rule
--   alert_test_check.labels: labels of the alert that fires then, JSON; NULL: none does

CREATE TABLE alert_rule (        -- the rules that were replayed
    rule        TEXT PRIMARY KEY NOT NULL,
    n           INTEGER NOT NULL, -- order in lists
    title       TEXT NOT NULL,
    expression  TEXT NOT NULL,
    for_s       REAL NOT NULL,
    keep_firing_for_s REAL NOT NULL
) STRICT;

CREATE TABLE alert_outcome (     -- what a rule told of a life, or, where life is NULL, of the container: the worst of its lives, the shortest lead
    container_id INTEGER NOT NULL REFERENCES container (container_id),
    life        INTEGER,         -- NULL: the container as a whole
    rule        TEXT NOT NULL REFERENCES alert_rule (rule),
    -- fired: before the end that the life met, or on its leak; missed: it met one and nothing had fired; false_alarm: nothing
    -- followed within a day; early: this life ended well, a later one within a day did not; quiet; not_evaluated: see reason
    outcome     TEXT NOT NULL CHECK (outcome IN ('fired', 'missed', 'false_alarm', 'early', 'quiet', 'not_evaluated')),
    against     TEXT NOT NULL CHECK (against IN ('kill', 'limit', 'leak', 'nothing')), -- what the life met: an OOM kill, memory at the limit, a leak by its verdict
    fired_ns    INTEGER,         -- first firing of the last episode before the end
    target_ns   INTEGER,         -- the kill, or when memory reached the limit; NULL: neither
    lead_s      REAL,
    in_time     INTEGER CHECK (in_time IN (0, 1)), -- 1: the lead was at least ten minutes, which somebody needs to react; NULL: nothing to be in time for
    ends        INTEGER NOT NULL, -- how many kills, limits reached and leaks there were
    caught      INTEGER NOT NULL, -- before or on how many of them it fired
    episodes    INTEGER NOT NULL, -- spans of time in which it fired
    false_alarms INTEGER NOT NULL, -- of these, followed by nothing within a day
    flaps_per_day REAL,          -- episodes beyond the first of a life; NULL: not evaluated
    reason      TEXT,            -- why it could not be evaluated, or what failed meanwhile
    UNIQUE (container_id, life, rule)
) STRICT;

CREATE TABLE alert_firing (      -- one alert from pending to resolved
    container_id INTEGER NOT NULL REFERENCES container (container_id),
    life        INTEGER,         -- NULL: between lives
    rule        TEXT NOT NULL REFERENCES alert_rule (rule),
    labels      TEXT NOT NULL,   -- JSON object
    pending_ns  INTEGER NOT NULL, -- since when its expression held
    fired_ns    INTEGER NOT NULL, -- since when it fired
    resolved_ns INTEGER          -- NULL: it fires at the end of the record
) STRICT;
CREATE INDEX alert_firing_rule ON alert_firing (container_id, rule, fired_ns);

CREATE TABLE alert_proposal (    -- the rule that would have caught this incident earliest without a false alarm, or why there is none
    container_id INTEGER PRIMARY KEY NOT NULL REFERENCES container (container_id),
    outcome     TEXT NOT NULL CHECK (outcome IN ('proposed', 'nothing_to_catch', 'none_qualifies', 'not_evaluated')),
    reason      TEXT NOT NULL,   -- one sentence
    alert       TEXT,            -- name of the alert; NULL here and below: nothing is proposed
    expression  TEXT,            -- PromQL
    for_s       REAL,
    step_s      REAL,            -- interval of its group
    summary     TEXT,
    description TEXT,            -- annotation of that name
    runbook     TEXT,            -- what to do, by the cause found
    lead_s      REAL,
    tried       INTEGER NOT NULL -- how many rules were searched
) STRICT;

CREATE TABLE alert_test_series ( -- the recorded series that the proposal looks at, at the rule's interval: the input of its unit test
    container_id INTEGER NOT NULL REFERENCES container (container_id),
    n           INTEGER NOT NULL, -- order
    series      TEXT NOT NULL,
    samples     TEXT NOT NULL,   -- values as promtool takes them, from the time zero on
    interval_s  REAL NOT NULL,   -- between two of them
    PRIMARY KEY (container_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_test_check (  -- what the proposal must say of these series
    container_id INTEGER NOT NULL REFERENCES container (container_id),
    at_s        INTEGER NOT NULL, -- from the time zero on
    labels      TEXT,
    PRIMARY KEY (container_id, at_s)
) STRICT, WITHOUT ROWID;

CREATE VIEW alerts AS            -- what each rule told, by container and life; life NULL: the container as a whole
    SELECT c.namespace, c.pod, c.container, o.life, o.rule, r.title, o.outcome, o.against, o.fired_ns, o.target_ns, o.lead_s, o.in_time,
           o.ends, o.caught, o.episodes, o.false_alarms, o.flaps_per_day, o.reason, r.expression, o.container_id
    FROM alert_outcome o JOIN container c USING (container_id) JOIN alert_rule r USING (rule);
