-- purpose: format TSF1: the root over a header and day digests
-- grain: one root; the three arrays run in parallel
-- reads: nothing
-- writes: nothing
-- time: days in ascending order
create or replace function audit.fingerprint_fold(
  p_header text, p_days date[], p_counts bigint[], p_day_sha256 text[]
) returns text
language sql
immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select encode(
    sha256(
      int4send(octet_length(convert_to(p_header, 'UTF8'))) || convert_to(p_header, 'UTF8') || coalesce(
        string_agg(
          date_send(d.day) || int8send(d.row_count) || decode(d.digest, 'hex'), ''::bytea order by d.day
        ),
        ''::bytea
      )
    ),
    'hex'
  )
  from unnest(p_days, p_counts, p_day_sha256) as d (day, row_count, digest)
$$;
revoke all on function audit.fingerprint_fold(text, date[], bigint[], text[]) from public;
