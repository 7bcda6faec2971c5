-- Hash written by hand -> scheduled, if it still is as it was read.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- ARGV[1] id
-- ARGV[2] scheduleTo, as it was read
-- ARGV[3] the instant it names, epoch ms
-- Returns {'enrolled', now ms} | {'changed', now ms}
-- Includes now, arm
local now = now_ms()
local fields = redis.call('HMGET', KEYS[1], 'status', 'dueAt', 'scheduleTo')
local is_new = not fields[1] or (fields[1] == 'scheduled' and not fields[2])
if not is_new or fields[3] ~= ARGV[2] then return { 'changed', now } end
local due = tonumber(ARGV[3])
-- In this order a broken index stops it before anything is written.
arm(KEYS[3], KEYS[2], ARGV[1], due, now)
redis.call('HSET', KEYS[1],
  'id', ARGV[1], 'status', 'scheduled', 'attempt', 0, 'dueAt', ARGV[3], 'createdAt', now)
return { 'enrolled', now }
