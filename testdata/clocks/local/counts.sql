-- clock: local gc_counts 12600000000000 1
-- clock: 1 log_stamp 1714687200250000000 0.1
-- Three and a half hours behind; once the zone is known the stamps are sharper than what told it.
INSERT INTO clock_pair VALUES (1, 'local', NULL, NULL, NULL, 1, 'stamp');
INSERT INTO run SELECT 1, n, start_s, goal, live, z - 12600 + end_s + 0.001, NULL FROM rhythm, zero;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero;
