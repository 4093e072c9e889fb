-- Turns what a case put into measure (quantity, tick, value) into series and samples.
INSERT INTO series (identity_id, quantity_id, source, name, labels)
  SELECT DISTINCT 1, q.quantity_id, 'prometheus', m.quantity, '{}' FROM measure m JOIN quantity q ON q.name = m.quantity ORDER BY m.quantity;
INSERT INTO sample (series_id, t_ns, value)
  SELECT s.series_id, tick.t_ns, m.value FROM measure m JOIN series s ON s.name = m.quantity JOIN tick ON tick.i = m.i;
