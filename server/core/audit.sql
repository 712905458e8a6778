-- Statements of the audit log.

-- name: note -> run
-- One line that no trigger writes, by the transaction's actor, from where it came.
insert into audit_log (org_id, entity_type, entity_id, action, event, actor_type, actor_id, changes, ip_address,
                       user_agent)
values (:org_id, :entity_type, :entity_id, :action, nullif(:event::text, ''), app_actor_type(), app_agent(), :changes,
        app_ip(), nullif(current_setting('app.user_agent', true), ''))
