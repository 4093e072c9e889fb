-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'cpu.periods', i, i * 150 FROM tick;
INSERT INTO measure SELECT 'cpu.throttled_periods', i, i * 60 FROM tick;
