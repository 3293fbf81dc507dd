-- purpose: what the surface of a training frame leaves out, and which marks came too late to remove an ad; refuses when the door is closed
-- grain: one row; none for a surface that is not counted
-- reads: audit.held_certificate, ml.left_out
-- writes: nothing
-- time: as ml.left_out: marked_later speaks of the marks of now
create or replace function ml.training_left_out(p_guarded text)
returns table (
  surface text, ads bigint, offered bigint, twins bigint, own_words bigint, ended bigint, marked_in_time bigint, marked_later bigint,
  offered_in_spite bigint
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
  select l.surface, l.ads, l.offered, l.twins, l.own_words, l.ended, l.marked_in_time, l.marked_later, l.offered_in_spite
  from audit.held_certificate(p_guarded) as h
  cross join lateral (select x.* from ml.left_out() as x where x.surface = h.entrypoint) as l;
$$;
revoke all on function ml.training_left_out(text) from public;
grant execute on function ml.training_left_out(text) to ml_training;
