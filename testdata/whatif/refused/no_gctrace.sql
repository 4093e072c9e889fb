-- Metrics alone tell no collection.
-- yields: refused SELECT action FROM whatif_advice
-- yields: refused SELECT status FROM whatif_input
-- yields: 1 SELECT reason LIKE '%gctrace%' FROM whatif_input
-- yields: 0 SELECT count(*) FROM whatif
-- yields: NULL SELECT predicted_heap_bytes FROM whatif_input
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (97 + 10 - 2)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (97 + 10 + 12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, (0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
