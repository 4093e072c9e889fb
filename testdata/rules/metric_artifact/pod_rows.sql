-- expect: fired
-- a sum over all rows would count the container twice
-- yields: none SELECT cause FROM verdict WHERE life IS NULL
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 8*1048576 FROM tick;
INSERT INTO identity (identity_id, level, namespace, pod) VALUES (2, 'pod', 'shop', 'app-0');
INSERT INTO series VALUES (901, 2, (SELECT quantity_id FROM quantity WHERE name = 'memory.usage'), 'prometheus', 'container_memory_usage_bytes', '{}');
INSERT INTO sample SELECT 901, t_ns, 130*1048576 FROM tick;
