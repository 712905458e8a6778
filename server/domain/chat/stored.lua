#!lua
-- Tell that entries are committed: move the marks, trim what nobody needs, announce. Harmless when repeated.
-- KEYS: shard, ingest, bus, then state and ring of each conversation
-- ARGV: epoch, n, keep (entries left in the stream so that the bus can heal), ring (entries kept for resuming),
--       then of each conversation: seq, line
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
local n = tonumber(ARGV[2])
if n > (tonumber(redis.call('HGET', KEYS[1], 'stored')) or 0) then redis.call('HSET', KEYS[1], 'stored', n) end
if n > tonumber(ARGV[3]) then redis.call('XTRIM', KEYS[2], 'MINID', '~', n - tonumber(ARGV[3])) end
for i = 4, #KEYS, 2 do
  local at = 5 + (i - 4)
  local state = redis.call('HMGET', KEYS[i], 'e', 's', 'b')
  local seq = tonumber(ARGV[at])
  if state[1] == ARGV[1] and seq >= tonumber(state[3]) then
    redis.call('HSET', KEYS[i], 'b', seq)
    local last = tonumber(state[2])
    local from = math.min(seq + 1, last - tonumber(ARGV[4]) + 1)
    if from > 1 then redis.call('XTRIM', KEYS[i + 1], 'MINID', from) end
    redis.call('SPUBLISH', KEYS[3], ARGV[at + 1])
  end
end
return 1
