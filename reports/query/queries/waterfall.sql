WITH wanted AS (
    SELECT container_id, coalesce (
               (SELECT t.t_ns FROM timeline t WHERE t.container_id = c.container_id AND t.usage_bytes IS NOT NULL AND :at_ns IS NOT NULL
                ORDER BY abs (t.t_ns - :at_ns), t.t_ns LIMIT 1),
               (SELECT t.t_ns FROM timeline t WHERE t.container_id = c.container_id AND t.usage_bytes IS NOT NULL
                ORDER BY t.usage_bytes DESC, t.t_ns LIMIT 1)) AS t_ns
    FROM container c),
point AS (SELECT t.* FROM timeline t JOIN wanted USING (container_id, t_ns)),
part (container_id, place, part, bytes) AS (
    SELECT container_id, 0, 'cgroup usage', usage_bytes FROM point
    UNION ALL SELECT container_id, 1, 'inactive page cache', inactive_file_bytes FROM point
    UNION ALL SELECT container_id, 2, 'active page cache', active_file_bytes FROM point
    UNION ALL SELECT container_id, 3, 'tmpfs and shared memory', shmem_bytes FROM point
    UNION ALL SELECT container_id, 4, 'reclaimable slab', slab_reclaimable_bytes FROM point
    UNION ALL SELECT container_id, 5, 'unreclaimable slab', slab_unreclaimable_bytes FROM point
    UNION ALL SELECT container_id, 6, 'socket buffers', sock_bytes FROM point
    UNION ALL SELECT container_id, 7, 'kernel stacks', kernel_stack_bytes FROM point
    UNION ALL SELECT container_id, 8, 'page tables', pagetables_bytes FROM point
    UNION ALL SELECT container_id, 9, 'other kernel memory', kernel_other_bytes FROM point
    UNION ALL SELECT container_id, 10, 'Go live heap', go_live_bytes FROM point
    UNION ALL SELECT container_id, 11, 'Go garbage not yet collected', go_garbage_bytes FROM point
    UNION ALL SELECT container_id, 12, 'Go heap fragmentation', go_frag_bytes FROM point
    UNION ALL SELECT container_id, 13, 'Go idle heap not returned', go_idle_bytes FROM point
    UNION ALL SELECT container_id, 14, 'goroutine stacks', go_stacks_bytes FROM point
    UNION ALL SELECT container_id, 15, 'Go runtime metadata', go_meta_bytes FROM point
    UNION ALL SELECT container_id, 16, 'lazily freed memory', lazyfree_bytes FROM point
    UNION ALL SELECT container_id, 17, 'native memory (C, mmap)', native_bytes FROM point
    UNION ALL SELECT container_id, 18, 'other processes', other_processes_bytes FROM point
    UNION ALL SELECT container_id, 19, 'not explained', unexplained_bytes FROM point)
SELECT c.pod, c.container, point.life, strftime ('%Y-%m-%dT%H:%M:%SZ', point.t_ns / 1000000000, 'unixepoch') AS at, part.part,
       round (part.bytes / 1048576.0, 2) AS mib, round (100.0 * part.bytes / point.usage_bytes, 1) AS share_pct
FROM part JOIN point USING (container_id) JOIN container c USING (container_id)
WHERE part.bytes IS NOT NULL
ORDER BY c.pod, c.container, part.place
