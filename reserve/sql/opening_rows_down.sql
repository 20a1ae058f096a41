DROP TRIGGER nothing_opens_but_what_was_approved ON public.reserve_source;
DROP TRIGGER nothing_opens_but_what_was_approved ON public.reserve_debt;
DROP FUNCTION guard.a_source_opens_as_approved(), guard.a_debt_opens_as_approved();
