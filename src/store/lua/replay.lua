-- failed -> scheduled, due now, all its attempts before it again.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] failed index
-- KEYS[5] record of this call: a repeat of it is answered like the first
-- ARGV[1] id
-- ARGV[2] how long the record of this call is kept, ms
-- Returns {'replayed', now ms, due ms} | {'not-failed'} | {'not-found'}
-- Includes now, arm, record
local before = earlier_reply(KEYS[5])
if before then return before end
local now = now_ms()
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return { 'not-found' } end
if redis.call('HGET', KEYS[1], 'status') ~= 'failed' then return { 'not-failed' } end
redis.call('ZREM', KEYS[4], ARGV[1])
-- One that failed as expired would only expire again.
redis.call('HDEL', KEYS[1], 'failedAt', 'notAfter')
redis.call('HSET', KEYS[1], 'status', 'scheduled', 'attempt', 0, 'dueAt', string.format('%d', now))
arm(KEYS[3], KEYS[2], ARGV[1], now, now)
return record_reply(KEYS[5], ARGV[2], { 'replayed', now, now })
