#!lua
-- Put a conversation's state back from Postgres, once per epoch. Whoever comes second changes nothing.
-- KEYS: shard, state, ring
-- ARGV: epoch, seq, public seq, turn, status, version, at, contact (16 bytes)
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[2], 'e') == ARGV[1] then return 1 end
redis.call('DEL', KEYS[2], KEYS[3])
redis.call('HSET', KEYS[2], 'e', ARGV[1], 's', ARGV[2], 'p', ARGV[3], 'turn', ARGV[4], 'status', ARGV[5], 'v', ARGV[6],
  'at', ARGV[7], 'c', ARGV[8], 'b', ARGV[2])
return 1
