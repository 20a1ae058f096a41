DROP TRIGGER withdraws_what_stands ON public.monitoring_measuredamount;
DROP FUNCTION guard.withdraws_what_stands();
