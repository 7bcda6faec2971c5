-- (absent) -> scheduled | failed. Puts an exported message back, at once in all places it belongs to.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] failed index
-- ARGV[1] id
-- ARGV[2] scheduled | failed
-- ARGV[3] when it is due or, for a failed one, when it failed, epoch ms
-- ARGV[4] write | look: do it, or only say what would be done
-- ARGV[5...] field-value pairs of the message, status excepted
-- Returns {'restored', now ms, due or failed ms} | {'exists'} | {'taken'}
-- Includes now, arm
local now = now_ms()
local at = tonumber(ARGV[3])
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'hash' then return { 'exists' } end
if kind ~= 'none' then return { 'taken' } end
if ARGV[4] == 'write' then
  redis.call('HSET', KEYS[1], unpack(ARGV, 5))
  redis.call('HSET', KEYS[1], 'status', ARGV[2])
  if ARGV[2] == 'failed' then
    redis.call('ZADD', KEYS[4], at, ARGV[1])
  else
    arm(KEYS[3], KEYS[2], ARGV[1], at, now)
  end
end
return { 'restored', now, at }
