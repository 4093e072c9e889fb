-- expect: fired
-- a kill is an incident, though nothing tells why
-- yields: medium SELECT severity FROM finding WHERE rule = 'insufficient_evidence' AND life = 1
INSERT INTO measure SELECT 'memory.usage', i, 100000000 FROM tick WHERE i < 4;
INSERT INTO event (member_id, identity_id, t_ns, kind, reason, exit_code, count) SELECT 1, 1, t_ns, 'terminated', 'OOMKilled', 137, 0 FROM tick WHERE i = 479;
