-- scheduled -> scheduled, due now. What was asked for (scheduleTo) stays as it was.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] record of this call: a repeat of it is answered like the first
-- ARGV[1] id
-- ARGV[2] how long the record of this call is kept, ms
-- Returns {'fired', now ms, due ms} | {'in-flight'} | {'failed'} | {'not-found'}
-- Includes now, arm, record
local before = earlier_reply(KEYS[4])
if before then return before end
local now = now_ms()
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return { 'not-found' } end
local state = redis.call('HMGET', KEYS[1], 'status', 'dueAt')
if state[1] == 'delivering' then return { 'in-flight' } end
if state[1] ~= 'scheduled' then return { 'failed' } end
-- Already due: its lateness goes on counting from then.
local due = math.min(now, tonumber(state[2]))
redis.call('HSET', KEYS[1], 'dueAt', string.format('%d', due))
arm(KEYS[3], KEYS[2], ARGV[1], due, now)
return record_reply(KEYS[4], ARGV[2], { 'fired', now, due })
