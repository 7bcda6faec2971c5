-- delivering -> scheduled. The attempt did not happen: it is not spent, and the message is due as before.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] delivering index
-- ARGV[1] id
-- ARGV[2] claim token
-- ARGV[3] deferral, ms: it needs no attention before; 0: at once
-- Returns {'released', now ms, attention ms} | {'lost-claim'} | {'not-found'}
-- Includes now, arm, fence
local now = now_ms()
local standing = fence(KEYS[1], ARGV[2])
if standing ~= 'held' and standing ~= 'settled' then return { standing } end
local at = tonumber(redis.call('HGET', KEYS[1], 'dueAt'))
if ARGV[3] ~= '0' then at = math.max(at, now + tonumber(ARGV[3])) end
if standing == 'held' then
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('HDEL', KEYS[1], 'leaseUntil')
  redis.call('HINCRBY', KEYS[1], 'attempt', -1)
  redis.call('HSET', KEYS[1], 'status', 'scheduled')
  arm(KEYS[3], KEYS[2], ARGV[1], at, now)
end
return { 'released', now, at }
