#!lua
-- Let a partition go on at the epoch that Postgres knows. Never down: whoever lost its lease meanwhile comes too late.
-- KEYS: shard. ARGV: epoch. Gives whether it is at this epoch, and the last number whose storing was announced.
local shard = redis.call('HMGET', KEYS[1], 'epoch', 'n', 'stored')
local epoch, known = tonumber(ARGV[1]), tonumber(shard[1]) or 0
if known > epoch then return {0, 0} end
if known == epoch then return {1, tonumber(shard[3]) or 0} end
-- Whoever raised it has stored everything of the epoch before.
local n = tonumber(shard[2]) or 0
redis.call('HSET', KEYS[1], 'epoch', epoch, 'stored', n, 'began', n)
return {1, n}
