#!lua
-- The accept step: number, deduplicate, record and announce one entry, or say why not. All checks stand before the
-- first write, since Lua does not roll back; the shebang line makes out-of-memory a refusal before the script starts.
-- KEYS: shard, state, ring, ingest, known ids, bus
-- ARGV: head (epoch, now, cap, day of the id, audience: 1 public, 2 team, kind of sender: c m b s, sender), org and topic,
--       id, payload, turn or ''; of a decision also: version, status, turn. Few, since each costs both ends.
-- Gives: code, epoch, seq, after, at, stored
local OK, DUP, SEED, EPOCH, BUSY, TAKEN, STALE, CLOSED, STRANGER, AHEAD =
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9
local shard = redis.call('HMGET', KEYS[1], 'epoch', 'n', 'stored')
local epoch = tonumber(shard[1])
local asked, now, cap, day, audience, kind, sender = struct.unpack('>I4I8I4I4Bc1c16', ARGV[1])
if epoch ~= asked then return {EPOCH} end

local state = redis.call('HMGET', KEYS[2], 'e', 's', 'p', 'turn', 'status', 'v', 'at', 'c', 'b', 'day')
if tonumber(state[1]) ~= epoch then return {SEED} end
if kind == 'c' and state[8] ~= sender then return {STRANGER} end

local known = redis.call('HGET', KEYS[5], ARGV[3])
if known then
  local e, s, p, at, by = struct.unpack('>I4I8I8I8c16', known)
  if by ~= sender then return {TAKEN} end
  return {DUP, e, s, p, at, tonumber(state[9])}
end

if ARGV[5] ~= '' then
  local turn = tonumber(state[4])
  if tonumber(ARGV[5]) < turn then return {STALE} end
  -- Whoever holds it now was told before the log was: its words stand behind the line that says so.
  if tonumber(ARGV[5]) > turn then return {AHEAD} end
end
local closed = state[5] == 'closed' or state[5] == 'resolved'
-- A visitor's word opens the conversation again, and the team may always add a note.
if closed and audience == 1 and (kind == 'm' or kind == 'b') then return {CLOSED} end
if (tonumber(shard[2]) or 0) - (tonumber(shard[3]) or 0) >= cap then return {BUSY} end

local seq, public = tonumber(state[2]) + 1, tonumber(state[3])
local at = math.max(now, tonumber(state[7]) + 1)
local n = redis.call('HINCRBY', KEYS[1], 'n', 1)
local line = struct.pack('>BBI8I4I8I8I8', 1, audience, n, epoch, seq, public, at)
  .. ARGV[2] .. state[8] .. ARGV[3] .. ARGV[4]

redis.call('XADD', KEYS[4], n .. '-0', 'l', line)
redis.call('HSET', KEYS[2], 's', seq, 'at', at, 'p', audience == 1 and seq or public, 'day', day)
if ARGV[6] and tonumber(ARGV[6]) > tonumber(state[6]) then
  redis.call('HSET', KEYS[2], 'v', ARGV[6], 'status', ARGV[7], 'turn', ARGV[8])
end
redis.call('HSET', KEYS[5], ARGV[3], struct.pack('>I4I8I8I8c16', epoch, seq, public, at, sender))
-- Ids older than a day are looked up in Postgres; two days leave room for clocks.
if tonumber(state[10]) ~= day then redis.call('EXPIRE', KEYS[5], 172800) end
redis.call('XADD', KEYS[3], seq .. '-0', 'l', line)
redis.call('SPUBLISH', KEYS[6], line)
return {OK, epoch, seq, public, at, tonumber(state[9])}
