-- (absent) -> scheduled. Writes the message, its index entry and its shadow key at once.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- ARGV[1] id
-- ARGV[2] due time, epoch ms
-- ARGV[3] request id: a repeat of the same request is answered like the first
-- ARGV[4...] field-value pairs of the message
-- Returns {'scheduled', now ms, due ms} | {'exists'}
-- Includes now, arm
local now = now_ms()
if redis.call('EXISTS', KEYS[1]) == 1 then
  local is_hash = redis.call('TYPE', KEYS[1]).ok == 'hash'
  if is_hash and redis.call('HGET', KEYS[1], 'request') == ARGV[3] then
    return { 'scheduled', now, tonumber(ARGV[2]) }
  end
  return { 'exists' }
end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('HSET', KEYS[1],
  'status', 'scheduled', 'attempt', 0, 'dueAt', ARGV[2], 'createdAt', now, 'request', ARGV[3])
arm(KEYS[3], KEYS[2], ARGV[1], tonumber(ARGV[2]), now)
return { 'scheduled', now, tonumber(ARGV[2]) }
