-- expect: fired
INSERT INTO measure SELECT 'memory.usage', i, 100000000 FROM tick WHERE i < 4;
