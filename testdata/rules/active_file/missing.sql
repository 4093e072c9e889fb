-- expect: not_applicable
INSERT INTO measure SELECT 'memory.usage', i, 100*1048576 + i*500000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
