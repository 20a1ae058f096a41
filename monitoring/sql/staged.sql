-- What is staged is read again from its file after a crash.
ALTER TABLE public.monitoring_stagedreading SET UNLOGGED;
-- Nobody looks for one row of it, and every index makes putting down slower.
ALTER TABLE public.monitoring_stagedreading DROP CONSTRAINT monitoring_stagedreading_pkey;
