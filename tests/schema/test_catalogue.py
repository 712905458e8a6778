"""Rules that hold for every table there is and every table that will come."""

from tests.schema.world import GLOBAL, GUARDED, PARTITIONED, TABLES, TENANT, World

# Rows that may belong to no organization, so that org_id cannot be part of the key.
SYSTEM_WIDE = {"audit_log", "audit_chain", "dead_letter"}
# No foreign keys at all: talk and events for speed, audit because it outlives the organization.
UNTIED = {"message", "message_search", "event", "audit_log", "audit_chain"}
# Rows that only workers make.
MADE_BY_WORKERS = {
    "conversation_live",
    "participant",
    "message",
    "dead_letter",
    "reader",
    "shard",
    "audit_chain",
    "interaction",
    "article_version",
    "article_passage",
    "article_index",
    "article_figure",
}


async def names(world: World, statement: str) -> set[str]:
    return {row[0] for row in await world.connection.fetch(statement)}


async def test_the_walk_sees_every_table(world: World) -> None:
    """A table made in another way than `create table name (` at the start of a line would escape these tests."""
    found = await names(
        world,
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p') and not relispartition",
    )
    assert found == set(TABLES)
    assert set(PARTITIONED) == await names(world, "select partrelid::regclass::text from pg_partitioned_table")


async def test_every_table_is_a_tenants_or_named_as_global(world: World) -> None:
    """org_id is there, and may be null only where the system itself writes."""
    needed = await names(
        world, "select attrelid::regclass::text from pg_attribute where attname = 'org_id' and attnotnull"
    )
    nullable = await names(
        world,
        "select attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = attrelid"
        " where relkind in ('r', 'p') and attname = 'org_id' and not attnotnull and not relispartition",
    )
    assert set(TENANT) - needed == SYSTEM_WIDE
    assert nullable == SYSTEM_WIDE
    assert not GLOBAL & needed


async def test_every_key_of_a_tenant_table_begins_with_the_organization(world: World) -> None:
    """Primary keys carry org_id first, which composite foreign keys and every statement build on."""
    found = await names(
        world,
        "select conrelid::regclass::text from pg_constraint k join pg_attribute a"
        " on a.attrelid = k.conrelid and a.attnum = k.conkey[1] where contype = 'p' and a.attname = 'org_id'",
    )
    assert set(TENANT) - SYSTEM_WIDE <= found


async def test_every_tenant_table_goes_with_its_organization(world: World) -> None:
    """org_id refers to organization and cascades, but for the tables that have no foreign keys."""
    tied = {
        key["table"]
        for key in world.foreign
        if key["columns"] == ["org_id"] and key["parent"] == "organization" and key["cascades"]
    }
    assert tied == set(TENANT) - UNTIED
    assert not UNTIED & {key["table"] for key in world.foreign}


async def test_every_reference_between_tenants_carries_the_organization(world: World) -> None:
    """A foreign key between tenant tables is (org_id, x) to (org_id, id): it cannot leave the organization."""
    between = [key for key in world.foreign if key["parent"] in TENANT]
    assert between
    for key in between:
        assert (len(key["columns"]), key["columns"][0], key["parent_columns"][0]) == (2, "org_id", "org_id"), key[
            "name"
        ]


async def test_every_tenant_table_and_partition_forces_row_security(world: World) -> None:
    """Enabled for everybody, forced on the owner; a partition as well, which its parent's policies do not reach."""
    unforced = await names(
        world,
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        " and not (relrowsecurity and relforcerowsecurity)",
    )
    assert unforced == {"reader", "shard"}
    assert not await names(
        world, "select relname::text from pg_class c join pg_policy p on polrelid = c.oid where relispartition"
    )


async def test_every_guarded_table_has_the_tenant_policy(world: World) -> None:
    """One organization at a time for the app, the worker and the owner."""
    assert set(GUARDED) == await names(
        world, "select tablename::text from pg_policies where policyname = 'tenant' and 'fd_owner' = any (roles)"
    )
    wrong = await names(
        world,
        "select tablename::text from pg_policies where policyname = 'tenant'"
        " and tablename not in ('organization', 'app_user')"
        " and qual not in ('(org_id = app_org())', '((org_id IS NULL) OR (org_id = app_org()))')",
    )
    assert not wrong


async def test_no_policy_speaks_to_everybody(world: World) -> None:
    """A policy for PUBLIC, or one that is always true for more than fd_lookup's reading, would open a wall."""
    assert not await names(world, "select tablename::text from pg_policies where 'public' = any (roles)")
    open_to = await world.connection.fetch(
        "select distinct roles::text as roles, cmd from pg_policies where qual = 'true' or with_check = 'true'"
    )
    assert [(row["roles"], row["cmd"]) for row in open_to] == [("{fd_lookup}", "SELECT")]


async def test_partitions_are_granted_to_nobody(world: World) -> None:
    """Row security of a parent does not guard a partition that is read by its own name."""
    granted = await names(
        world,
        "select relname::text from pg_class c, aclexplode(c.relacl) a where relispartition and a.grantee <> c.relowner",
    )
    assert not granted


async def test_the_roles_are_nobody_special(world: World) -> None:
    """None logs in, bypasses row security or administers anything; everything belongs to fd_owner."""
    assert not await names(
        world,
        "select rolname::text from pg_roles where rolname like 'fd\\_%'"
        " and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole or rolcreatedb or rolreplication)",
    )
    assert {"fd_owner"} == await names(
        world,
        "select distinct relowner::regrole::text from pg_class where relnamespace = 'public'::regnamespace",
    )


async def test_reading_roles_only_read(world: World) -> None:
    """fd_lookup sees all organizations and changes none; fd_report sees no table; nobody may truncate."""
    rights = await world.connection.fetch(
        "select relname, a.grantee::regrole::text as role, privilege_type as right"
        " from pg_class c, aclexplode(c.relacl) a"
        " where relnamespace = 'public'::regnamespace and a.grantee <> c.relowner"
    )
    held = {role: {row["right"] for row in rights if row["role"] == role} for role in ("fd_lookup", "fd_report")}
    assert held == {"fd_lookup": {"SELECT"}, "fd_report": set()}
    assert {row["right"] for row in rights} == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert (
        not {row["relname"] for row in rights if row["role"] == "fd_app" and row["right"] == "INSERT"} & MADE_BY_WORKERS
    )
    assert {row["relname"] for row in rights if row["role"] == "fd_ingest"} == {
        "conversation", "conversation_live", "participant", "message", "event", "dead_letter", "shard",
    }  # fmt: skip


async def test_definer_functions_are_closed_and_look_nowhere_else(world: World) -> None:
    """A function with another's rights names its search path, ends it with pg_temp and is no gift to PUBLIC."""
    functions = await world.connection.fetch(
        "select p.oid::regprocedure::text as name, p.proowner::regrole::text as owner, p.proconfig,"
        " p.prorettype = 'trigger'::regtype as is_trigger,"
        " has_function_privilege('fd_report', p.oid, 'execute') as is_open"
        " from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef"
    )
    assert len(functions) >= 7
    for function in functions:
        assert function["proconfig"][0] == "search_path=pg_catalog, public, pg_temp", function["name"]
        assert function["is_trigger"] or not function["is_open"], function["name"]
        looks_up = "_by_" in function["name"] or function["name"].startswith(("search_", "blocked_"))
        assert function["owner"] == ("fd_lookup" if looks_up else "fd_owner"), function["name"]
    assert not await world.connection.fetchval("select has_schema_privilege('fd_lookup', 'public', 'create')")


async def test_every_updated_at_is_kept_by_a_trigger(world: World) -> None:
    """touch_by where the table remembers who, touch where it does not; reader moves its own."""

    async def having(column: str) -> set[str]:
        found = await names(world, f"select attrelid::regclass::text from pg_attribute where attname = '{column}'")
        return found & set(TABLES)

    async def touched(function: str) -> set[str]:
        return await names(
            world, f"select tgrelid::regclass::text from pg_trigger where tgfoid = '{function}'::regproc"
        )

    assert await touched("touch_by") == await having("updated_by")
    assert await touched("touch") == await having("updated_at") - await having("updated_by") - {"reader"}


async def test_an_indexs_name_says_whether_it_is_unique(world: World) -> None:
    """_key and _pkey are rules, _idx is speed; so a rule cannot be lost by losing one word."""
    assert not await names(
        world,
        "select c.relname::text from pg_index i join pg_class c on c.oid = indexrelid"
        " join pg_class t on t.oid = indrelid where t.relnamespace = 'public'::regnamespace and not t.relispartition"
        " and (case when c.relname ~ '_p?key$' then not indisunique else indisunique or c.relname !~ '_idx$' end)",
    )


async def test_what_is_marked_deleted_stands_in_nobodys_way(world: World) -> None:
    """Where rows are only marked deleted, every unique index leaves the marked ones out."""
    assert not await names(
        world,
        "select i.indexrelid::regclass::text from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
        " and a.attname = 'deleted_at' join pg_class t on t.oid = i.indrelid and not t.relispartition"
        " where i.indisunique and not i.indisprimary"
        " and coalesce(pg_get_expr(i.indpred, i.indrelid), '') not like '%deleted_at IS NULL%'",
    )


async def test_the_hot_tables_stay_light(world: World) -> None:
    """What made ingest slow when it was tried: a second index on the counters, stored columns on talk."""
    assert await world.connection.fetchval(
        "select reloptions = '{fillfactor=50}' and (select count(*) = 1 from pg_index where indrelid = c.oid)"
        " from pg_class c where relname = 'conversation_live'"
    )
    assert {"v"} == await names(
        world,
        "select distinct attgenerated::text from pg_attribute"
        " where attrelid = 'message'::regclass and attgenerated <> ''",
    )
