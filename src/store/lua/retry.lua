-- delivering -> scheduled. The attempt failed; the next one is due after a delay.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] delivering index
-- KEYS[5] delivery log
-- ARGV[1] id
-- ARGV[2] claim token
-- ARGV[3] delay, ms
-- ARGV[4] error of the attempt
-- ARGV[5] the attempt for the message's own history, JSON object without its time
-- ARGV[6] most entries the delivery log keeps
-- ARGV[7...] field-value pairs of the log entry
-- Returns {'retried', now ms, due ms} | {'lost-claim'} | {'not-found'}
-- Includes now, arm, fence, history, log
local now, exact_now = now_ms()
local standing = fence(KEYS[1], ARGV[2])
if standing == 'settled' then
  return { 'retried', exact_now, tonumber(redis.call('HGET', KEYS[1], 'dueAt')) }
end
if standing ~= 'held' then return { standing } end
local due = now + tonumber(ARGV[3])
-- The first write frees memory, so that a full Redis does not refuse the script.
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('HDEL', KEYS[1], 'leaseUntil')
redis.call('HSET', KEYS[1], 'status', 'scheduled', 'dueAt', due, 'lastError', ARGV[4])
remember_attempt(KEYS[1], ARGV[5], now)
arm(KEYS[3], KEYS[2], ARGV[1], due, now)
log_attempt(KEYS[5], ARGV[6], 7)
return { 'retried', exact_now, due }
