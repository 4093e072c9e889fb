-- expect: not_applicable
INSERT INTO measure SELECT 'go.goroutines', i, 50 FROM tick;
