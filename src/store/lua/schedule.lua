-- (absent) -> scheduled. Writes the message, its index entry and its shadow key at once.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] delivering index
-- KEYS[5] failed index
-- KEYS[6] idempotency record
-- ARGV[1] id
-- ARGV[2] due time, epoch ms
-- ARGV[3] request id: a repeat of the same request is answered like the first
-- ARGV[4] refuse | ignore | replace: what to do when the id is taken
-- ARGV[5] fire | reject: what to do with a due time in the past
-- ARGV[6] fingerprint of the request under its idempotency key; empty without one
-- ARGV[7] how long the idempotency record is kept, ms
-- ARGV[8...] field-value pairs of the message
-- Returns {'scheduled', now ms, due ms} | {'replaced', now ms, due ms} | {'ignored'} | {'exists'} |
--   {'in-past'} | {'key-reused'}
-- Includes now, arm
local now = now_ms()
local due = tonumber(ARGV[2])

if ARGV[6] ~= '' then
  local seen = redis.call('GET', KEYS[6])
  if seen and seen ~= ARGV[6] then return { 'key-reused' } end
  if seen then return { 'scheduled', now, due } end
end

local taken = redis.call('TYPE', KEYS[1]).ok
if taken == 'hash' and redis.call('HGET', KEYS[1], 'request') == ARGV[3] then
  return { 'scheduled', now, due }
end
if taken ~= 'none' and ARGV[4] == 'ignore' then return { 'ignored' } end
if taken ~= 'none' and ARGV[4] ~= 'replace' then return { 'exists' } end
if ARGV[5] == 'reject' and due < now then return { 'in-past' } end

local replaces = taken ~= 'none'
if replaces then
  -- A request under way is not recalled, but with its claim gone it cannot settle the new message.
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('ZREM', KEYS[5], ARGV[1])
end
redis.call('HSET', KEYS[1], unpack(ARGV, 8))
redis.call('HSET', KEYS[1],
  'status', 'scheduled', 'attempt', 0, 'dueAt', ARGV[2], 'createdAt', now, 'request', ARGV[3])
arm(KEYS[3], KEYS[2], ARGV[1], due, now)
if ARGV[6] ~= '' then redis.call('SET', KEYS[6], ARGV[6], 'PX', ARGV[7]) end
return { replaces and 'replaced' or 'scheduled', now, due }
