-- expect: not_applicable
INSERT INTO measure SELECT 'memory.usage', i, 100*1048576 + i*500000.0 FROM tick;
