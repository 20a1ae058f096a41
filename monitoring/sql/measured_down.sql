DROP TRIGGER only_grows ON public.monitoring_measuredamount;
DROP TRIGGER signs_own ON public.monitoring_measuredamount;
DROP TRIGGER note_row ON public.monitoring_measuredlist;
DROP TRIGGER note_new_rows ON public.monitoring_measuredlist;
DROP TRIGGER signs_own ON public.monitoring_measuredlist;
DROP TRIGGER stands ON public.monitoring_measuredlist;
DROP TRIGGER stands_whole ON public.monitoring_measuredlist;
