-- delivering -> (removed). The message was delivered.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] delivering index
-- KEYS[5] delivery log
-- ARGV[1] id
-- ARGV[2] claim token
-- ARGV[3] most entries the delivery log keeps
-- ARGV[4...] field-value pairs of the log entry
-- Returns {'completed'} | {'lost-claim'} | {'not-found'}
-- Includes arm, fence, log
local standing = fence(KEYS[1], ARGV[2])
if standing ~= 'held' then
  return { standing == 'settled' and 'lost-claim' or standing }
end
disarm(KEYS[3], KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('DEL', KEYS[1])
log_attempt(KEYS[5], ARGV[3], 4)
return { 'completed' }
