SELECT path, process, clock, rule, strftime ('%Y-%m-%dT%H:%M:%SZ', zero_ns / 1000000000, 'unixepoch') AS zero,
       round (uncertainty_ns / 1e6, 3) AS uncertainty_ms, pairs
FROM clocks ORDER BY path, process, clock
