-- purpose: a small store of somebody: prices and a function, for the questions of certification
-- grain: board.price and board.features: one row per (listing_id, edited_date)
-- reads: nothing
-- writes: schema board
-- time: constant data, ten rows on each of 40 days
create schema board;
create table board.price (
  listing_id integer not null,
  edited_date timestamptz not null,
  price integer not null,
  weight double precision not null
);
create function board.doubled(p_price integer) returns integer
language sql immutable parallel safe
return p_price * 2;
insert into board.price (listing_id, edited_date, price, weight)
select i, timestamptz '2024-01-01 00:30:00+00' + i * interval '144 minutes', 100 + i, i / 7.0
from generate_series(0, 399) as i;
create view board.features as
select p.listing_id, p.edited_date, p.price, p.weight, board.doubled(p.price) as price_twice
from board.price as p;
grant usage on schema board to public;
