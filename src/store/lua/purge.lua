-- failed -> (removed), for dead letters older than the retention, oldest first.
-- KEYS[1] failed index
-- ARGV[1] retention, ms
-- ARGV[2] limit
-- ARGV[3] prefix of message keys
-- Returns {'purged', number removed}
-- Includes now
local now = now_ms()
local ids = redis.call('ZRANGE', KEYS[1], '-inf', now - tonumber(ARGV[1]), 'BYSCORE', 'LIMIT', 0, ARGV[2])
local purged = 0
for _, id in ipairs(ids) do
  redis.call('ZREM', KEYS[1], id)
  -- An entry left behind by a hash that was lost may meet a new message of the same id.
  local message = ARGV[3] .. id
  if redis.call('TYPE', message).ok == 'hash' and redis.call('HGET', message, 'status') == 'failed' then
    redis.call('DEL', message)
    purged = purged + 1
  end
end
return { 'purged', purged }
