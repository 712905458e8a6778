-- Statements of idempotency keys.

-- name: claim -> value
-- Whether this request is the first with its key, or may take over from one whose process died.
insert into idempotency_key (org_id, agent_id, key, request_hash)
values (:org_id, :agent_id, :key, :request_hash)
    on conflict (org_id, agent_id, key) do update
   set claimed_at = now()
 where idempotency_key.status is null
   and idempotency_key.request_hash = excluded.request_hash
   and idempotency_key.claimed_at < now() - make_interval(secs => :patience)
returning true

-- name: kept -> maybe Kept
-- What the first request with this key was, and what it was answered.
select request_hash, status, answer
  from idempotency_key
 where org_id = :org_id and agent_id = :agent_id and key = :key

-- name: keep -> run
-- The request is done: whoever repeats it gets the same answer.
update idempotency_key
   set status = :status, answer = :answer
 where org_id = :org_id and agent_id = :agent_id and key = :key

-- name: give_up -> run
-- The request was refused: the key is as if it had not been used.
delete from idempotency_key
 where org_id = :org_id and agent_id = :agent_id and key = :key and status is null
