-- purpose: an embargo or age limit as an exact span of seconds, so that no session zone can stretch a day
-- grain: one interval
-- reads: nothing
-- writes: nothing
-- time: a day is 24 hours; months and years have no exact length and are refused, and so is a negative span
create or replace function audit.asof_span(p_span interval, p_word text) returns interval
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  if extract(year from p_span) <> 0 or extract(month from p_span) <> 0 or p_span < interval '0' then
    perform audit.asof_refuse(
      format('%s %s is no exact span', p_word, p_span), 'days, hours, minutes or seconds, zero or more', p_span::text,
      format('Write it in days: %s => ''30 days''', p_word));
  end if;
  return make_interval(secs => extract(epoch from p_span)::double precision);
end
$$;
