-- clock: 1 gc_counts 1714687200250000000 10
-- kills: 1 0
-- The crash at the end of a log without times follows its last collection.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero;
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO event (member_id, identity_id, kind, reason) VALUES (1, 1, 'go_fatal', 'runtime: out of memory');
