-- Statements of jobs.

-- name: add_job -> run
-- Something to be done; asked for again while it waits, it stays one job.
insert into job (org_id, kind, args, dedupe_key, run_at, max_attempts)
values (:org_id, :kind, :args, nullif(:key::text, ''), now() + make_interval(secs => :after), :max_attempts)
on conflict do nothing

-- name: jobs_due -> many Due
-- What may be done now, of all organizations, longest waiting first.
select org_id, id
  from job
 where done_at is null and failed_at is null and run_at <= now() and kind = any(:kinds)
   and (lease_until is null or lease_until < now())
 order by run_at
 limit :limit

-- name: take_job -> maybe Job
-- Of two workers that come at once, one passes by instead of waiting. A worker that dies has used up its try.
update job
   set lease_until = now() + make_interval(secs => :seconds), attempts = attempts + 1
 where org_id = :org_id
   and id = (select id
               from job
              where org_id = :org_id and id = :id and done_at is null and failed_at is null and run_at <= now()
                and (lease_until is null or lease_until < now())
                for update skip locked)
returning org_id, id, kind, args, attempts, max_attempts

-- name: finish_job -> run
-- It worked.
update job
   set done_at = now(), lease_until = null, last_error = null
 where org_id = :org_id and id = :id

-- name: fail_job -> run
-- It did not; without a time to try again it never will.
update job
   set last_error = :error, lease_until = null,
       run_at = now() + make_interval(secs => coalesce(:retry_after::float8, 0)),
       failed_at = case when :retry_after::float8 is null then now() end
 where org_id = :org_id and id = :id

-- name: forget_jobs -> run
-- Lists show what became of a mail for as long as an invitation is good, and then some.
delete from job
 where org_id = :org_id and done_at < now() - interval '14 days'
