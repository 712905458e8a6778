"""What must hold of offers and loads at every moment, and after any fault."""

from uuid import UUID

from server.domain.chat.reactions import DECIDED
from tests.servers import House

# An offer is one row, one column of its conversation and one reserved place; a holder holds, and nobody else.
_LAWS = {
    "an offer stands that its conversation does not know": """
        select s.id from assignment s
          join conversation c on c.org_id = s.org_id and c.id = s.conversation_id
         where s.org_id = $1 and s.state = 'offered' and c.offered_agent_id is distinct from s.agent_id""",
    "a conversation is offered without an offer": """
        select c.id from conversation c
         where c.org_id = $1 and c.offered_agent_id is not null
           and not exists (select from assignment s where s.org_id = c.org_id and s.conversation_id = c.id
                              and s.state = 'offered' and s.agent_id = c.offered_agent_id)""",
    "a load is not what is offered and held": """
        select a.id from agent a
         where a.org_id = $1
           and a.active_load <> coalesce((
                 select sum(c.load) from conversation c
                  where c.org_id = a.org_id and c.deleted_at is null
                    and (c.offered_agent_id = a.id or (c.status = 'assigned' and c.assigned_agent_id = a.id))), 0)""",
    "the holder is not who said yes last": """
        select c.id from conversation c
         where c.org_id = $1 and c.status = 'assigned'
           and c.assigned_agent_id is distinct from (
                 select s.agent_id from assignment s
                  where s.org_id = c.org_id and s.conversation_id = c.id and s.state in ('accepted', 'taken')
                  order by s.turn desc, s.created_at desc limit 1)
           and exists (select from assignment s where s.org_id = c.org_id and s.conversation_id = c.id
                          and s.state in ('accepted', 'taken'))""",
    "two became holders in one turn": """
        select e.conversation_id from event e
         where e.org_id = $1 and e.kind in ('conversation_taken', 'conversation_assigned', 'conversation_released')
         group by e.conversation_id, e.data ->> 'turn' having count(*) > 1""",
    "a handoff stands of what nobody waits for": """
        select h.id from handoff h
          join conversation c on c.org_id = h.org_id and c.id = h.conversation_id
         where h.org_id = $1 and h.status in ('requested', 'offered') and c.status <> 'waiting'""",
    "a handoff is offered and its conversation is not": """
        select h.id from handoff h
          join conversation c on c.org_id = h.org_id and c.id = h.conversation_id
         where h.org_id = $1 and h.status in ('requested', 'offered')
           and (h.status = 'offered') <> (c.offered_agent_id is not null)""",
    # By the log, and by the moment, which its id tells: a decision is true before the log has heard of it, and a log
    # that was lost hears of an older one after a newer one, and of both after what was said since.
    "a bot spoke where somebody else held the word": """
        select m.id from message m
         where m.org_id = $1 and m.sender_kind = 'bot' and not m.is_internal
           and m.sender_agent_id is distinct from (
                 select (e.data ->> 'agent_id')::uuid from event e
                  where e.org_id = m.org_id and e.conversation_id = m.conversation_id
                    and e.kind in ('conversation_started', 'conversation_taken', 'conversation_assigned',
                                   'conversation_released', 'conversation_closed', 'conversation_reopened')
                    and (e.epoch, e.seq) < (m.epoch, m.seq)
                  order by (e.data ->> 'version')::integer desc limit 1)
           and m.sender_agent_id is distinct from (
                 select (e.data ->> 'agent_id')::uuid from event e
                  where e.org_id = m.org_id and e.conversation_id = m.conversation_id
                    and e.kind in ('conversation_started', 'conversation_taken', 'conversation_assigned',
                                   'conversation_released', 'conversation_closed', 'conversation_reopened')
                    and least(e.at, uuid_extract_timestamp(e.id)) <= m.at
                  order by (e.data ->> 'version')::integer desc limit 1)""",
    # What it was chosen for by itself; a member, or another bot by its name, may give it again.
    "a bot was chosen twice for one conversation": """
        select s.id from assignment s
         where s.org_id = $1 and s.why -> 'choice' ->> 'by' in ('keyword', 'default', 'triage')
           and exists (select from assignment p
                        where p.org_id = s.org_id and p.conversation_id = s.conversation_id and p.turn < s.turn
                          and p.agent_id = s.agent_id and p.state in ('taken', 'accepted')
                          and p.turn >= (select max((e.data ->> 'turn')::integer) from event e
                                          where e.org_id = s.org_id and e.conversation_id = s.conversation_id
                                            and e.kind in ('conversation_started', 'conversation_reopened')
                                            and (e.data ->> 'turn')::integer <= s.turn))""",
    "bots passed a conversation on more than three times without a word": """
        select h.id from handoff h
          join bot f on f.org_id = h.org_id and f.id = h.from_agent_id
          join bot t on t.org_id = h.org_id and t.id = h.to_agent_id
         where h.org_id = $1
           and (select count(*) from handoff g
                  join bot f on f.org_id = g.org_id and f.id = g.from_agent_id
                  join bot t on t.org_id = g.org_id and t.id = g.to_agent_id
                 where g.org_id = h.org_id and g.conversation_id = h.conversation_id
                   and g.requested_at <= h.requested_at
                   and g.requested_at > coalesce((select max(m.at) from message m
                                                   where m.org_id = h.org_id and m.conversation_id = h.conversation_id
                                                     and m.sender_kind = 'contact' and m.at < h.requested_at),
                                                 '-infinity')) > 3""",
    "a decision has no number": f"""
        select e.id from event e
         where e.org_id = $1 and e.seq is null and e.kind in ({", ".join(map(repr, sorted(DECIDED)))})
           and e.at < clock_timestamp() - interval '15 seconds'""",
}
_ROUTED = {
    "somebody carries more than they can": "select id from agent where org_id = $1 and active_load > max_load",
}


async def broken(house: House, org_id: UUID, *, by_hand: bool = False) -> list[str]:
    """Every law that does not hold, in words; who takes by hand may carry more than the router would give."""
    found = []
    for law, query in (_LAWS if by_hand else _LAWS | _ROUTED).items():
        rows = await house.rows(query, org_id)
        if rows:
            found.append(f"{law}: {[str(next(iter(row.values()))) for row in rows]}")
    return found
