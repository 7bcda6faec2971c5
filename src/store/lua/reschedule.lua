-- scheduled -> scheduled, with other content, another due time or both. The id stays.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] record of this call: a repeat of it is answered like the first
-- ARGV[1] id
-- ARGV[2] how long the record of this call is kept, ms
-- ARGV[3] due time, epoch ms; empty: as it is
-- ARGV[4] names of fields to remove, separated by commas
-- ARGV[5...] field-value pairs to set
-- Returns {'rescheduled', now ms, due ms} | {'in-flight'} | {'failed'} | {'expires-first'} | {'not-found'}
-- Includes now, arm, record
local before = earlier_reply(KEYS[4])
if before then return before end
local now, exact_now = now_ms()
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return { 'not-found' } end
local state = redis.call('HMGET', KEYS[1], 'status', 'dueAt', 'notAfter')
if state[1] == 'delivering' then return { 'in-flight' } end
if state[1] ~= 'scheduled' then return { 'failed' } end

local removed, not_after = {}, state[3]
for name in ARGV[4]:gmatch('[^,]+') do
  removed[#removed + 1] = name
  if name == 'notAfter' then not_after = false end
end
for i = 5, #ARGV, 2 do
  if ARGV[i] == 'notAfter' then not_after = ARGV[i + 1] end
end
local due = tonumber(ARGV[3]) or tonumber(state[2])
if not_after and tonumber(not_after) < due then return { 'expires-first' } end

redis.call('HSET', KEYS[1], 'dueAt', string.format('%d', due), unpack(ARGV, 5))
if #removed > 0 then redis.call('HDEL', KEYS[1], unpack(removed)) end
arm(KEYS[3], KEYS[2], ARGV[1], due, now)
return record_reply(KEYS[4], ARGV[2], { 'rescheduled', exact_now, due })
