-- Outstanding parks are recorded and ended as openings are opened and closed: see orders.sql.
SELECT guard.stand('public.monitoring_outstandingpark',
                   '{"": ["during", "closed_by_id", "closed_on", "close_document"]}');
SELECT guard.sign('public.monitoring_outstandingpark', 'by_id', 'closed_by_id');
SELECT guard.watch('public.monitoring_outstandingpark');
CREATE TRIGGER only_closes BEFORE UPDATE ON public.monitoring_outstandingpark
FOR EACH ROW EXECUTE FUNCTION guard.opening_only_closes();
