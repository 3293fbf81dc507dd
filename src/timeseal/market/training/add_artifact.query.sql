-- purpose: keep a text of a model; its digest is computed here and checked by the table
-- grain: one row
-- reads: nothing
-- writes: ml.model_artifact
-- time: none
insert into ml.model_artifact (model_key, kind, sha256, body)
select a.model_key, a.kind, encode(sha256(convert_to(a.body, 'UTF8')), 'hex'), a.body
from (values (%s::text, %s::text, %s::text)) as a (model_key, kind, body);
