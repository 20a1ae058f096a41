DROP TRIGGER reward_is_posted_as_confirmed ON public.parks_parkyear;
DROP TRIGGER z_park_step_is_backed ON public.parks_parkyear;
DROP TRIGGER park_line_stands ON public.parks_yearline;
DROP TRIGGER park_lines_stand ON public.parks_yearline;
DROP FUNCTION guard.park_line_stands(), guard.park_step_is_backed(),
    guard.reward_is_posted_as_confirmed(), guard.park_rewards_differ(public.parks_parkyear);
