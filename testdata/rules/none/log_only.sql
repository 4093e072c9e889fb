-- expect: fired
-- the collector's log alone: what lies outside the heap is not known
-- yields: 0.45 SELECT round(confidence, 2) FROM finding WHERE rule = 'none' AND life = 1
INSERT INTO cycle (i, live, goal) SELECT i, 20 + i % 2, 41 FROM tick WHERE i < 400;
