-- purpose: what a model says about live ads, each with the certificate, contract and data it came from
-- grain: one row per model, instant of knowledge, look ahead, data and ad
-- reads: ml.model_registry
-- writes: ml.predictions_v1
-- time: p_24h … p_504h are chances to be gone that many hours after t0; p_still_more_h looks on from known_until
create table if not exists ml.predictions_v1 (
  generation integer not null,
  listing_id bigint not null,
  edited_date timestamptz not null,
  expected_hours double precision not null,
  p_24h double precision not null check (p_24h between 0 and 1),
  p_48h double precision not null check (p_48h between p_24h and 1),
  p_72h double precision not null check (p_72h between p_48h and 1),
  p_168h double precision not null check (p_168h between p_72h and 1),
  p_504h double precision not null check (p_504h between p_168h and 1),
  model_key text not null references ml.model_registry (model_key),
  known_until timestamptz not null,
  age_hours double precision not null check (age_hours >= 0),
  more_hours double precision not null,
  p_still_more_h double precision not null check (p_still_more_h between 0 and 1),
  place integer not null,
  reasons jsonb not null,
  scored_at timestamptz not null,
  certificate_id text not null,
  contract_sha256 text not null,
  fingerprint text not null,
  primary key (model_key, known_until, more_hours, fingerprint, generation, listing_id, edited_date)
);
