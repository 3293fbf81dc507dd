-- purpose: the gates there are: what each is given, when it has something to judge, and what of it a waiver may accept
-- grain: one row per gate, cheapest first
-- reads: nothing
-- writes: nothing
-- time: none
create or replace function audit.gate_list()
returns table (ordinal integer, gate text, given text, needs text, may_warn boolean, waivable text, reads_rows boolean)
language sql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
  -- waivable: never; row (one row that the gate names); reference (pins one reference relation)
  select l.ordinal, l.gate, l.given, l.needs, l.may_warn, l.waivable, l.ordinal > 6
  from (values
    (1, 'definition', 'nothing', 'nothing', false, 'never'),
    (2, 'volatility', 'nothing', 'nothing', false, 'never'),
    (3, 'order', 'nothing', 'nothing', false, 'never'),
    (4, 'firewall', 'nothing', 'nothing', false, 'never'),
    (5, 'clock', 'nothing', 'nothing', true, 'never'),
    (6, 'read_closure', 'nothing', 'nothing', false, 'never'),
    (7, 'contract', 'nothing', 'contract', true, 'never'),
    (8, 'key', 'nothing', 'nothing', false, 'never'),
    (9, 'universe', 'nothing', 'universe', false, 'row'),
    (10, 'time', 'nothing', 'store', false, 'never'),
    (11, 'invariants', 'nothing', 'invariants', true, 'row'),
    (12, 'coverage', 'days', 'nothing', false, 'never'),
    (13, 'drift', 'days', 'nothing', false, 'never'),
    (14, 'replay', 'seed', 'replay', true, 'reference')
  ) as l (ordinal, gate, given, needs, may_warn, waivable);
$$;
