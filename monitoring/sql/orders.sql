-- Targets, orders and judgements: born by a step, moved by their tables, never edited.
-- Months that were judged, measures and results only grow.

SELECT guard.follow_from_birth('public.monitoring_target', 'target', 'proposed', 'propose');
SELECT guard.follow_from_birth('public.monitoring_suspension', 'suspension', 'proposed', 'propose');
SELECT guard.follow_from_birth('public.monitoring_judgement', 'judgement', 'proposed', 'propose');

SELECT guard.stand('public.monitoring_target', '{"proposed": ["approved_by_id"]}');
SELECT guard.stand('public.monitoring_suspension', '{
    "proposed": ["during", "document", "ordered_on"],
    "in_force": ["lift_reason"],
    "lift_proposed": ["during", "lift_document", "lifted_on"]}');
SELECT guard.stand('public.monitoring_judgement', '{
    "proposed": ["document", "confirmed_by_id", "confirmed_on"]}');
SELECT guard.stand('public.monitoring_gateopening', '{"": ["during", "closed_by_id", "closed_on"]}');

SELECT guard.keep('public.monitoring_monthrun');
SELECT guard.keep('public.monitoring_placewarning');
SELECT guard.keep('public.monitoring_measure');
SELECT guard.keep('public.monitoring_taskresult');
SELECT guard.keep('public.monitoring_monitorcheck');

SELECT guard.watch('public.monitoring_station');
SELECT guard.watch('public.monitoring_outlet');
SELECT guard.watch('public.monitoring_monitor');
SELECT guard.watch('public.monitoring_monitorcheck');
SELECT guard.watch('public.monitoring_barredspan');
SELECT guard.watch('public.monitoring_readingbatch');
SELECT guard.watch('public.monitoring_target');
SELECT guard.watch('public.monitoring_warningtask');
SELECT guard.watch('public.monitoring_measure');
SELECT guard.watch('public.monitoring_suspension');
SELECT guard.watch('public.monitoring_judgement');
SELECT guard.watch('public.monitoring_taskresult');
SELECT guard.watch('public.monitoring_gateopening');
