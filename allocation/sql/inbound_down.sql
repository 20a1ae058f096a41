DROP TRIGGER nothing_comes_in_but_by_a_posted_trade ON public.reserve_source;
DROP FUNCTION guard.inbound_mass_follows_its_trade();
