DROP TRIGGER only_grows ON public.monitoring_replacedreading;
DROP TABLE public.monitoring_reading;
DROP SCHEMA readings CASCADE;
DROP FUNCTION guard.make_reading_months(date, date);
DROP FUNCTION guard.replace_reading();
