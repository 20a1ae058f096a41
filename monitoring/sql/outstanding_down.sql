DROP TRIGGER only_closes ON public.monitoring_outstandingpark;
DROP TRIGGER note_row ON public.monitoring_outstandingpark;
DROP TRIGGER signs_own ON public.monitoring_outstandingpark;
DROP TRIGGER stands ON public.monitoring_outstandingpark;
DROP TRIGGER stands_whole ON public.monitoring_outstandingpark;
