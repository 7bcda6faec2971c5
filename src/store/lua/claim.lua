-- scheduled -> delivering, for up to `limit` due messages; a lease that ran out is taken over.
-- KEYS[1] due index
-- KEYS[2] claim record of this replica
-- ARGV[1] claim token; also the request id: a repeat of the same claim returns the same batch
-- ARGV[2] limit
-- ARGV[3] lease, ms
-- ARGV[4] prefix of message keys
-- ARGV[5] prefix of shadow keys
-- Returns {'claimed', now ms, next id | '', next due ms | '', {message fields...}, ...}
-- Includes now, arm
local now = now_ms()
local token, lease_end = ARGV[1], now + tonumber(ARGV[3])

-- The ids this very request claimed before, or nil when it is new.
local function recorded()
  local record = redis.call('GET', KEYS[2])
  if not record or record:match('^[^\n]*') ~= token then return nil end
  local ids = {}
  for id in record:gmatch('\n([^\n]+)') do ids[#ids + 1] = id end
  return ids
end

-- Takes the lease of one due message; false when nothing is there to deliver.
local function take(id)
  local status = redis.call('HGET', ARGV[4] .. id, 'status')
  if not status or status == 'failed' then
    disarm(KEYS[1], ARGV[5] .. id, id)
    return false
  end
  redis.call('HINCRBY', ARGV[4] .. id, 'attempt', 1)
  redis.call('HSET', ARGV[4] .. id, 'status', 'delivering', 'claim', token, 'leaseUntil', lease_end)
  arm(KEYS[1], ARGV[5] .. id, id, lease_end, now)
  return true
end

local ids = recorded()
if not ids then
  -- Redis refuses a script's first write when its memory is full unless that write frees some:
  -- starting with DEL keeps deliveries going.
  redis.call('DEL', KEYS[2])
  ids = {}
  local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[2])
  for _, id in ipairs(due) do
    if take(id) then ids[#ids + 1] = id end
  end
  if #ids > 0 then
    redis.call('SET', KEYS[2], token .. '\n' .. table.concat(ids, '\n'), 'PX', ARGV[3])
  end
end

local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local reply = { 'claimed', now, next[1] or '', next[2] or '' }
for _, id in ipairs(ids) do
  local held = redis.call('HMGET', ARGV[4] .. id, 'status', 'claim')
  if held[1] == 'delivering' and held[2] == token then
    reply[#reply + 1] = redis.call('HGETALL', ARGV[4] .. id)
  end
end
return reply
