-- expect: fired
-- one refuter takes off its penalty, once
-- yields: 0.35 SELECT round(confidence, 2) FROM finding WHERE rule = 'go_live_leak'
-- yields: 1 SELECT count(*) FROM finding_evidence e JOIN finding f USING (finding_id) WHERE f.rule = 'go_live_leak' AND e.refutes
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, (100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0) - 10*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 60*1048576 + i*400000.0 - CASE WHEN i BETWEEN 190 AND 210 THEN 60000000 ELSE 0 END + (i % 7) * 3000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (60*1048576 + i*400000.0 - CASE WHEN i BETWEEN 190 AND 210 THEN 60000000 ELSE 0 END + (i % 7) * 3000000.0) + 2*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
