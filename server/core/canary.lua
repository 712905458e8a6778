#!lua
-- A canary carries the last number of the partition, so that even a lost last line is noticed.
-- KEYS: shard, bus. ARGV: who sings (16 bytes)
local shard = redis.call('HMGET', KEYS[1], 'epoch', 'n')
local none = string.rep('\0', 16)
redis.call('SPUBLISH', KEYS[2], struct.pack('>BBI8I4I8I8I8', 4, 2, tonumber(shard[2]) or 0, tonumber(shard[1]) or 0, 0, 0, 0)
  .. ARGV[1] .. none .. none .. none)
return 1
