-- expect: clean
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 8*1048576 FROM tick;
INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT 900, 1, quantity_id, 'kubelet', 'usageBytes', '{}' FROM quantity WHERE name = 'memory.usage';
INSERT INTO sample SELECT 900, t_ns + 1000, 135*1048576 FROM tick;
