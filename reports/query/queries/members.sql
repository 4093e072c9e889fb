SELECT path, format, bid, encoding, bytes, records, rejected, left_out,
       strftime ('%Y-%m-%dT%H:%M:%SZ', first_ns / 1000000000, 'unixepoch') AS "from",
       strftime ('%Y-%m-%dT%H:%M:%SZ', last_ns / 1000000000, 'unixepoch') AS "to", time_source, diagnostics
FROM import_log ORDER BY path, member_id
