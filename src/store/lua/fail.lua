-- delivering -> failed. The last attempt failed; the message is kept as a dead letter.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] delivering index
-- KEYS[5] failed index
-- KEYS[6] delivery log
-- ARGV[1] id
-- ARGV[2] claim token
-- ARGV[3] error of the attempt
-- ARGV[4] the attempt for the message's own history, JSON object without its time
-- ARGV[5] most entries the delivery log keeps
-- ARGV[6...] field-value pairs of the log entry
-- Returns {'failed'} | {'lost-claim'} | {'not-found'}
-- Includes now, arm, fence, history, log
local now = now_ms()
local standing = fence(KEYS[1], ARGV[2])
if standing == 'settled' then return { 'failed' } end
if standing ~= 'held' then return { standing } end
disarm(KEYS[3], KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('HDEL', KEYS[1], 'leaseUntil')
redis.call('HSET', KEYS[1], 'status', 'failed', 'failedAt', now, 'lastError', ARGV[3])
remember_attempt(KEYS[1], ARGV[4], now)
redis.call('ZADD', KEYS[5], now, ARGV[1])
log_attempt(KEYS[6], ARGV[5], 6)
return { 'failed' }
