-- clock: 1 unplaced
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.next_gc', 'prometheus', z + s, 1048576 * (0.5 + (SELECT goal FROM stranger WHERE end_s > s - 4 ORDER BY n LIMIT 1)) FROM grid, zero WHERE s < 600;
