DROP TRIGGER step_is_backed ON public.allocation_application;
DROP FUNCTION guard.application_is_backed();
DROP FUNCTION guard.granted(bigint, text);
DROP FUNCTION guard.set_aside(text, text);
