-- expect: clean
-- near miss: returned after a peak
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.goroutines', i, CASE WHEN i BETWEEN 100 AND 160 THEN 20000 ELSE 50 END FROM tick;
