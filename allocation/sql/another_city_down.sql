DROP TRIGGER another_city_is_none_of_ours ON public.allocation_trade;
DROP FUNCTION guard.trade_names_another_city();
