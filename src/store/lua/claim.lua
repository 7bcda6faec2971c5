-- scheduled -> delivering, for up to `limit` due messages; a lease that ran out is taken over.
-- KEYS[1] due index
-- KEYS[2] claim record of this replica
-- KEYS[3] delivering index
-- ARGV[1] claim token; also the request id: a repeat of the same claim returns the same batch
-- ARGV[2] limit
-- ARGV[3] lease, ms
-- ARGV[4] prefix of message keys
-- ARGV[5] prefix of shadow keys
-- ARGV[6] bytes of payload after which the batch is full
-- ARGV[7...] names of the fields to reply with
-- Returns {'claimed', now ms, next due ms | '', {id, field values...}, ...}
-- Includes now, arm
local now, exact_now = now_ms()
local token, lease_end = ARGV[1], now + tonumber(ARGV[3])

-- The ids this very request claimed before, or nil when it is new.
local function recorded()
  local record = redis.call('GET', KEYS[2])
  if not record or record:match('^[^\n]*') ~= token then return nil end
  local ids = {}
  for id in record:gmatch('\n([^\n]+)') do ids[#ids + 1] = id end
  return ids
end

-- Takes the lease of one due message; returns the bytes it will send back, or nil when there is nothing
-- to deliver: a message that is gone, failed, or no hash at all must not hold up the others.
local function take(id)
  local message = ARGV[4] .. id
  local state = {}
  if redis.call('TYPE', message).ok == 'hash' then
    state = redis.call('HMGET', message, 'status', 'attempt')
  end
  if not state[1] or state[1] == 'failed' then
    disarm(KEYS[1], ARGV[5] .. id, id)
    redis.call('ZREM', KEYS[3], id)
    return nil
  end
  local attempt = math.floor(tonumber(state[2]) or 0) + 1
  redis.call('HSET', message,
    'status', 'delivering', 'attempt', attempt, 'claim', token, 'leaseUntil', lease_end)
  redis.call('ZADD', KEYS[3], lease_end, id)
  arm(KEYS[1], ARGV[5] .. id, id, lease_end, now)
  return redis.call('HSTRLEN', message, 'payload')
end

local ids = recorded()
if not ids then
  -- Redis refuses a script's first write when its memory is full unless that write frees some:
  -- starting with DEL keeps deliveries going.
  redis.call('DEL', KEYS[2])
  ids = {}
  local bytes = 0
  local due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, ARGV[2])
  for _, id in ipairs(due) do
    local size = take(id)
    if size then
      ids[#ids + 1] = id
      bytes = bytes + size
    end
    -- A reply too large to arrive in time would count as lost. The rest is still due.
    if bytes >= tonumber(ARGV[6]) then break end
  end
  if #ids > 0 then
    redis.call('SET', KEYS[2], token .. '\n' .. table.concat(ids, '\n'), 'PX', ARGV[3])
  end
end

local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local reply = { 'claimed', exact_now, next[2] or '' }
for _, id in ipairs(ids) do
  local held = redis.call('HMGET', ARGV[4] .. id, 'status', 'claim')
  if held[1] == 'delivering' and held[2] == token then
    local fields = redis.call('HMGET', ARGV[4] .. id, unpack(ARGV, 7))
    table.insert(fields, 1, id)
    reply[#reply + 1] = fields
  end
end
return reply
