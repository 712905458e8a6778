#!lua
-- Move one participant's delivered or read mark forward, never back and never past the log's end, and tell the others.
-- KEYS: state, marks, dirty, bus
-- ARGV: epoch, field, seq, org and topic (32 bytes), line up to its JSON, JSON before the number, JSON behind it, seconds
-- Gives 1 when the mark moved.
local state = redis.call('HMGET', KEYS[1], 'e', 's')
if state[1] ~= ARGV[1] then return 0 end
local seq = math.min(tonumber(ARGV[3]), tonumber(state[2]))
if seq <= (tonumber(redis.call('HGET', KEYS[2], ARGV[2])) or 0) then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], seq)
redis.call('EXPIRE', KEYS[2], ARGV[8])
redis.call('SADD', KEYS[3], ARGV[4])
redis.call('SPUBLISH', KEYS[4], ARGV[5] .. ARGV[6] .. string.format('%.0f', seq) .. ARGV[7])
return 1
