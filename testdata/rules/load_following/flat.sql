-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'load.in_flight', i, 50 + 40 * sin(i / 25.0) + i % 5 FROM tick;
