#!lua
-- Let a conversation leave Valkey that has been silent for long; it comes back from Postgres when it is next used.
-- Nothing leaves while something of it is unstored, however long Postgres may be away.
-- KEYS: shard, state, ring, marks. ARGV: cutoff. Gives 1 when it left.
local epoch = redis.call('HGET', KEYS[1], 'epoch')
local state = redis.call('HMGET', KEYS[2], 'e', 's', 'b', 'at')
if not state[1] or tonumber(state[4]) > tonumber(ARGV[1]) then return 0 end
-- What is left of an older epoch was drained when that ended.
if state[1] == epoch and state[2] ~= state[3] then return 0 end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
return 1
