-- (absent) | string of the old service -> scheduled. A string is replaced only while it holds what was read.
-- KEYS[1] message; the old service's own key when both live in one database
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] import record
-- ARGV[1] id
-- ARGV[2] due time, epoch ms
-- ARGV[3] the text that was read
-- ARGV[4] write | look: do it, or only say what would be done
-- ARGV[5] how long the import record is kept, ms
-- ARGV[6...] field-value pairs of the message
-- Returns {'imported', now ms, due ms} | {'converted', now ms, due ms} | {'already'} | {'taken'} | {'changed'}
-- Includes now, arm
local now = now_ms()
local due = tonumber(ARGV[2])
local kind = redis.call('TYPE', KEYS[1]).ok
local digest = redis.sha1hex(ARGV[3]):sub(1, 12)

-- Whether the message that is there is the one that was read.
local function is_same()
  local fields = { unpack(ARGV, 6) }
  for i = 1, #fields, 2 do
    -- What is encrypted is another text each time.
    local sealed = fields[i + 1]:sub(1, 4) == 'enc:'
    if not sealed and redis.call('HGET', KEYS[1], fields[i]) ~= fields[i + 1] then return false end
  end
  return true
end

local in_place = kind == 'string'
if in_place and redis.call('GET', KEYS[1]) ~= ARGV[3] then return { 'changed' } end
-- Delivered or cancelled since, or rescheduled: a second run must not bring it back.
if not in_place and redis.call('HGET', KEYS[4], ARGV[1]) == digest then return { 'already' } end
if kind == 'hash' and is_same() then return { 'already' } end
if kind ~= 'none' and not in_place then return { 'taken' } end

if ARGV[4] == 'write' then
  if in_place then redis.call('DEL', KEYS[1]) end
  redis.call('HSET', KEYS[1], unpack(ARGV, 6))
  redis.call('HSET', KEYS[1], 'status', 'scheduled', 'attempt', 0, 'dueAt', ARGV[2], 'createdAt', now)
  arm(KEYS[3], KEYS[2], ARGV[1], due, now)
  if not in_place then
    redis.call('HSET', KEYS[4], ARGV[1], digest)
    redis.call('PEXPIRE', KEYS[4], ARGV[5])
  end
end
return { in_place and 'converted' or 'imported', now, due }
