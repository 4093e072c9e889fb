-- only usage is recorded, and no specification
INSERT INTO measure SELECT 'memory.usage', i, 110*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
