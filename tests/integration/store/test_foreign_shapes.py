"""Tables of every shape a stranger may have: sealed with a defined rendering, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.databases import Database

from timeseal.seal import certificate, foreign
from timeseal.seal.certificate import Certificate
from timeseal.seal.foreign import Seal
from timeseal.seal.roles import Connection

FOLDER = Path(__file__).parent / "lab"
CATALOGUE = (FOLDER / "catalogue.sql").read_text()
COLUMNS = 600
WIDE = f"""
create table shapes.wide (id integer primary key, t0 timestamptz,
  {", ".join(f"c{n} double precision" for n in range(COLUMNS))});
insert into shapes.wide (id, t0, c1)
  select i, timestamptz '2024-01-01 00:00+00' + i * interval '1 hour', i
  from generate_series(1, 100) as i;
create view shapes.wide_v as select * from shapes.wide;
"""
SEALS = {
    "uuid, text, int": Seal("shapes.by_uuid_v", ("id", "tenant", "line"), "t0"),
    "enum, domain, date": Seal("shapes.by_enum_v", ("mood", "code", "day"), "day"),
    "mixed case": Seal('shapes."Mixed V"', ("Key ä", "select"), "When"),
    "partitions": Seal("shapes.parts_v", ("id", "t0"), "t0"),
    "odd values": Seal("shapes.odd_v", ("id",), "t0"),
    "600 columns": Seal("shapes.wide_v", ("id",), "t0"),
    "materialised view": Seal("shapes.mat_v", ("id", "tenant", "line"), "t0"),
}
#: One digest per shape, the same in every database and on every supported major.
ROOTS = {
    "uuid, text, int": ("367b031ed5f46247", 41, 4),
    "enum, domain, date": ("3799017f8670bd98", 40, 5),
    "mixed case": ("e6e1611c79cfd4f8", 40, 1),
    "partitions": ("741dee29bd0636cb", 50, 50),
    "odd values": ("86ab59d33e8047c2", 3, 2),
    "600 columns": ("7f9f07d9f053f3a9", 100, 5),
    "materialised view": ("367b031ed5f46247", 41, 4),
}
LEAVES = [
    "insert into shapes.parts_a values (99, '2024-01-07 00:00+00', 1)",
    """insert into shapes.parts_b0 select g, '2024-02-07 00:00+00', 1
    from generate_series(100, 120) as g
    where satisfies_hash_partition('shapes.parts_b'::regclass, 2, 0, g::bigint)""",
    "update shapes.parts set v = v + 1 where id = 3",
    "delete from shapes.parts_b1",
    "truncate shapes.parts_a",
    "alter table shapes.parts detach partition shapes.parts_a",
    "drop table shapes.parts_a",
    """create table shapes.parts_c partition of shapes.parts for values
    from ('2024-03-01 00:00+00') to ('2024-04-01 00:00+00')""",
    """alter table shapes.parts attach partition shapes.spare for values
    from ('2024-03-01 00:00+00') to ('2024-04-01 00:00+00')""",
]
CHILDREN = [
    "update shapes.kid set v = 9",
    "create table shapes.kid2 (z integer) inherits (shapes.by_uuid)",
    "alter table shapes.kid no inherit shapes.by_uuid",
]


@pytest.fixture(scope="module")
def certificates() -> dict[str, Certificate]:
    """Filled while the market below is sealed."""
    return {}


@pytest.fixture(scope="module")
def shapes(
    databases: Any, sealed_template: str, certificates: dict[str, Certificate]
) -> Iterator[Connection]:
    """All shapes, sealed one after the other; every test undoes what it does."""
    database: Database = databases.create(sealed_template)
    conn = database.connect()
    conn.execute((FOLDER / "shapes.sql").read_text().encode())
    conn.execute(WIDE.encode())
    for name, seal in SEALS.items():
        certificates[name] = foreign.add(conn, seal)
    yield conn
    databases.drop(database)


@pytest.fixture
def undone(shapes: Connection) -> Iterator[Connection]:
    """A transaction that is rolled back."""
    with shapes.transaction(force_rollback=True):
        yield shapes


@pytest.mark.parametrize("name", SEALS)
def test_every_shape_has_one_fingerprint_everywhere(
    shapes: Connection, certificates: dict[str, Certificate], name: str
) -> None:
    done = certificates[name]
    assert done.status == "CERTIFIED", done.notes
    assert (done.fingerprint[:16], done.dataset_rows, done.dataset_days) == ROOTS[name]


@pytest.mark.parametrize("name", SEALS)
def test_sealing_one_view_leaves_the_door_of_another_open(shapes: Connection, name: str) -> None:
    assert certificate.door_cause(shapes, SEALS[name].view) is None


@pytest.mark.parametrize("statement", LEAVES)
def test_a_change_of_any_partition_closes_the_door(undone: Connection, statement: str) -> None:
    undone.execute(statement.encode())
    cause = certificate.door_cause(undone, "shapes.parts_v")
    assert cause is not None
    assert "changed after certification" in (cause.found or "")


@pytest.mark.parametrize("statement", CHILDREN)
def test_a_change_of_an_inheriting_table_closes_the_door(
    undone: Connection, statement: str
) -> None:
    undone.execute(statement.encode())
    cause = certificate.door_cause(undone, "shapes.by_uuid_v")
    assert cause is not None
    assert "changed after certification" in (cause.found or "")


def test_a_refreshed_materialised_view_closes_the_door(undone: Connection) -> None:
    undone.execute("refresh materialized view shapes.mat_m")
    assert certificate.door_cause(undone, "shapes.mat_v") is not None


def test_a_new_partition_is_counted_after_a_repair(undone: Connection) -> None:
    undone.execute(LEAVES[-1].encode())
    failed = certificate.certify(undone, "shapes.parts_v")
    hints = [f["hint"] for c in failed.checks for f in c.first if c.gate == "read_closure"]
    assert hints == ["timeseal seal repair 'shapes.parts_v'"] * len(hints) != []
    assert {stage.subject for stage in foreign.repair(undone, "shapes.parts_v")} == {
        "shapes.spare",
        "shapes.parts_v",
    }
    assert foreign.repair(undone, "shapes.parts_v") == []
    assert not certificate.certify(undone, "shapes.parts_v").is_certified
    undone.execute("call audit.capture_viewdef_baseline('shapes.parts_v')")
    assert certificate.certify(undone, "shapes.parts_v").is_certified
    undone.execute("insert into shapes.spare values (2, '2024-03-03 00:00+00', 1)")
    assert certificate.door_cause(undone, "shapes.parts_v") is not None


def test_a_repaired_seal_is_removed_without_a_trace(undone: Connection) -> None:
    undone.execute(LEAVES[-1].encode())
    foreign.repair(undone, "shapes.parts_v")
    foreign.remove(undone, "shapes.parts_v")
    left = undone.execute(
        "select count(*) from pg_trigger where tgname = 'timeseal_stamp'"
        " and tgrelid::regclass::text ~ 'parts|spare'"
    ).fetchone()
    assert left == (0,)


def test_an_empty_view_is_refused_until_it_has_rows(undone: Connection) -> None:
    done = foreign.add(undone, Seal("shapes.empty_v", ("id",), "t0"))
    assert {c.gate for c in done.checks if c.status == "failed"} == {"universe", "coverage"}
    undone.execute("insert into shapes.empty values (1, '2024-01-01 00:00+00', 1)")
    assert certificate.publish(undone, "shapes.empty_v").is_certified


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("f8::text::xml", "type xml"),
        ("j::json", "type json"),
        ("point(1, 2)", "type point"),
        ("to_tsvector('simple', 'a')", "type tsvector"),
        ("v::text::money", "type money"),
    ],
)
def test_a_type_without_canonical_bytes_is_refused_by_column(
    undone: Connection, column: str, says: str
) -> None:
    undone.execute(
        f"create view shapes.refused_v as select o.id, o.t0, {column} as odd"
        " from (select 1 as id, timestamptz '2024-01-01 00:00+00' as t0, 1.5::float8 as f8,"
        " '{}'::jsonb as j, 1 as v) as o".encode()
    )
    with pytest.raises(Exception, match=f"column odd has {says}"):
        foreign.add(undone, Seal("shapes.refused_v", ("id",), "t0"))


def test_removing_every_seal_leaves_the_catalogue_as_found(
    databases: Any, sealed_template: str
) -> None:
    database: Database = databases.create(sealed_template)
    conn = database.connect()
    conn.execute((FOLDER / "shapes.sql").read_text().encode())
    conn.execute(WIDE.encode())
    query = CATALOGUE.replace("'lab', 'Shop Floor'", "'shapes'").encode()
    before = conn.execute(query).fetchall()
    assert before
    for seal in SEALS.values():
        foreign.add(conn, seal)
    assert conn.execute(query).fetchall() != before
    for seal in SEALS.values():
        foreign.remove(conn, seal.view)
    assert conn.execute(query).fetchall() == before
    databases.drop(database)
