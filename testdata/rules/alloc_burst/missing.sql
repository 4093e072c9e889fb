-- expect: not_applicable
-- too short, no collection, no kill
INSERT INTO measure SELECT 'memory.usage', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick WHERE i < 8;
