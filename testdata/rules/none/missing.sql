-- expect: not_applicable
INSERT INTO measure SELECT 'go.goroutines', i, 20 FROM tick;
