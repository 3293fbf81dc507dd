-- purpose: the tree of a stored expression, parsed once per text and kept
-- grain: one stored expression
-- reads: audit.parsed_tree
-- writes: audit.parsed_tree, unless the transaction only reads
-- time: none
create or replace function audit.tree_of(p_text text) returns jsonb
language plpgsql
volatile strict
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_sha256 bytea := sha256(convert_to(p_text, 'UTF8'));
  v_tree jsonb;
begin
  select t.tree into v_tree from audit.parsed_tree as t where t.text_sha256 = v_sha256;
  if not found then
    v_tree := audit.node_tree(p_text);
    if v_tree is not null and not current_setting('transaction_read_only')::boolean then
      insert into audit.parsed_tree (text_sha256, tree) values (v_sha256, v_tree) on conflict (text_sha256) do nothing;
    end if;
  end if;
  return v_tree;
end
$$;
revoke all on function audit.tree_of(text) from public;
