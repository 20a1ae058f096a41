DROP TRIGGER a_reward_follows_its_year ON public.reserve_source;
DROP FUNCTION guard.a_reward_follows_its_year(), guard.last_hand(bigint, text);
