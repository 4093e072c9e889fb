-- two pods of a workload, both flat
DELETE FROM identity; DELETE FROM container;
INSERT INTO container (container_id, namespace, pod, container) VALUES (2, 'shop', 'web-7c9d8b6f4-x2v5q', 'web');
INSERT INTO identity (identity_id, container_id, level, namespace, pod, container) VALUES (2, 2, 'container', 'shop', 'web-7c9d8b6f4-x2v5q', 'web');
INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT 2000, 2, quantity_id, 'prometheus', name || '.2', '{}' FROM quantity WHERE name = 'memory.limit';
INSERT INTO sample (series_id, t_ns, value) SELECT 2000, t_ns, 512*1048576 FROM tick;
INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT 2001, 2, quantity_id, 'prometheus', name || '.2', '{}' FROM quantity WHERE name = 'memory.usage';
INSERT INTO sample (series_id, t_ns, value) SELECT 2001, t_ns, (100*1048576 + (i * 7919 % 101) * 10000.0) + 10*1048576 FROM tick;
INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT 2002, 2, quantity_id, 'prometheus', name || '.2', '{}' FROM quantity WHERE name = 'memory.anon';
INSERT INTO sample (series_id, t_ns, value) SELECT 2002, t_ns, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO container (container_id, namespace, pod, container) VALUES (3, 'shop', 'web-7c9d8b6f4-kzr7p', 'web');
INSERT INTO identity (identity_id, container_id, level, namespace, pod, container) VALUES (3, 3, 'container', 'shop', 'web-7c9d8b6f4-kzr7p', 'web');
INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT 3000, 3, quantity_id, 'prometheus', name || '.3', '{}' FROM quantity WHERE name = 'memory.limit';
INSERT INTO sample (series_id, t_ns, value) SELECT 3000, t_ns, 512*1048576 FROM tick;
INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT 3001, 3, quantity_id, 'prometheus', name || '.3', '{}' FROM quantity WHERE name = 'memory.usage';
INSERT INTO sample (series_id, t_ns, value) SELECT 3001, t_ns, (100*1048576 + (i * 7919 % 101) * 10000.0) + 10*1048576 FROM tick;
INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT 3002, 3, quantity_id, 'prometheus', name || '.3', '{}' FROM quantity WHERE name = 'memory.anon';
INSERT INTO sample (series_id, t_ns, value) SELECT 3002, t_ns, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
