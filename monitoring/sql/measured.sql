-- Measured amounts only grow: a later figure is a later version, signed by whoever records it.
SELECT guard.keep('public.monitoring_measuredamount');
SELECT guard.sign('public.monitoring_measuredamount', 'by_id');
SELECT guard.stand('public.monitoring_measuredlist', '{"": ["taken_at", "counts"]}');
SELECT guard.sign('public.monitoring_measuredlist', 'by_id');
SELECT guard.watch('public.monitoring_measuredlist');
