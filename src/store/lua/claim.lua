-- scheduled -> delivering, for up to `limit` due messages; a lease that ran out is taken over. Of one
-- origin it takes up to a quota. What is due beyond that is deferred: it needs attention later, and is
-- otherwise as it was.
-- KEYS[1] due index
-- KEYS[2] claim record of this replica
-- KEYS[3] delivering index
-- ARGV[1] claim token; also the request id: a repeat of the same claim returns the same batch
-- ARGV[2] limit
-- ARGV[3] lease, ms
-- ARGV[4] prefix of message keys
-- ARGV[5] prefix of shadow keys
-- ARGV[6] bytes of payload after which the batch is full
-- ARGV[7] most messages to defer
-- ARGV[8] quotas, a line each: origin, or `*` for any other; quota; deferral, ms. Empty: no quotas
-- ARGV[9] ids to take first, a line each: deferred ones whose place has become free
-- ARGV[10...] names of the fields to reply with
-- Returns {'claimed', now ms, next due ms | '', {origin, deferred id, ...}, {id, field values...}, ...}
-- Includes now, arm, origin
local now, exact_now = now_ms()
local token, limit, lease_end = ARGV[1], tonumber(ARGV[2]), now + tonumber(ARGV[3])
local max_bytes, max_deferrals = tonumber(ARGV[6]), tonumber(ARGV[7])

-- What this claim took, in order; what it deferred: origin and id in turns.
local ids, deferred = {}, {}

-- Whether this very request was made before: then it is what it did then that counts.
local function recall()
  local record = redis.call('GET', KEYS[2])
  if not record or record:match('^[^\n]*') ~= token then return false end
  for line in record:gmatch('\n([^\n]+)') do
    if line:sub(1, 1) ~= '\t' then ids[#ids + 1] = line end
    for part in line:gmatch('\t([^\t]*)') do deferred[#deferred + 1] = part end
  end
  return true
end

local function record()
  local lines = table.concat(ids, '\n')
  if #deferred > 0 then lines = lines .. '\n\t' .. table.concat(deferred, '\t') end
  if lines ~= '' then redis.call('SET', KEYS[2], token .. '\n' .. lines, 'PX', ARGV[3]) end
end

-- How many more of an origin may be taken, and for how long the rest is deferred; most messages of an
-- origin have the same URL.
local quotas, by_url = {}, {}
for origin, left, deferral in ARGV[8]:gmatch('(%S*) (%d+) (%d+)\n') do
  quotas[origin] = { origin = origin, left = tonumber(left), at = now + tonumber(deferral) }
end
local other = quotas['*']

-- nil: any number. What has expired is not sent, and needs no place.
local function quota_of(url, not_after)
  if not other or (tonumber(not_after) or now) < now then return nil end
  if not by_url[url] then
    local origin = origin_of(url)
    quotas[origin] = quotas[origin] or { origin = origin, left = other.left, at = other.at }
    by_url[url] = quotas[origin]
  end
  return by_url[url]
end

local bytes = 0

local function take(id, attempts, quota)
  local message = ARGV[4] .. id
  if quota then quota.left = quota.left - 1 end
  redis.call('HSET', message, 'status', 'delivering',
    'attempt', math.floor(tonumber(attempts) or 0) + 1, 'claim', token, 'leaseUntil', lease_end)
  redis.call('ZADD', KEYS[3], lease_end, id)
  arm(KEYS[1], ARGV[5] .. id, id, lease_end, now)
  ids[#ids + 1] = id
  bytes = bytes + redis.call('HSTRLEN', message, 'payload')
end

-- One whose lease ran out stays with its holder, should that still settle it.
local function defer(id, status, quota)
  if status == 'delivering' then
    redis.call('HSET', ARGV[4] .. id, 'leaseUntil', quota.at)
    redis.call('ZADD', KEYS[3], quota.at, id)
  end
  arm(KEYS[1], ARGV[5] .. id, id, quota.at, now)
  deferred[#deferred + 1] = quota.origin
  deferred[#deferred + 1] = id
end

-- A message that is gone, or no hash at all, has no status.
local function look_at(id)
  return redis.pcall('HMGET', ARGV[4] .. id, 'status', 'attempt', 'webhookUrl', 'notAfter', 'dueAt')
end

-- A reply too large to arrive in time would count as lost. The rest is still due.
local function is_full()
  return #ids >= limit or bytes >= max_bytes
end

-- Takes each message that was deferred, where it is still as due as it was then.
local function take_deferred()
  for id in ARGV[9]:gmatch('[^\n]+') do
    if is_full() then return end
    local state = look_at(id)
    if state[1] == 'scheduled' and (tonumber(state[5]) or now + 1) <= now then
      local quota = quota_of(state[3], state[4])
      if not quota or quota.left > 0 then take(id, state[2], quota) end
    end
  end
end

local function take_due(id)
  local state = look_at(id)
  if not state[1] or state[1] == 'failed' then
    -- There is nothing to deliver: it must not hold up the others.
    disarm(KEYS[1], ARGV[5] .. id, id)
    redis.call('ZREM', KEYS[3], id)
    return
  end
  local quota = quota_of(state[3], state[4])
  if quota and quota.left == 0 then return defer(id, state[1], quota) end
  take(id, state[2], quota)
end

-- Takes what has been due longest. What is deferred makes way for what lies behind it.
local function take_first()
  local due, look
  repeat
    look = limit - #ids + #deferred / 2
    due = redis.call('ZRANGE', KEYS[1], '-inf', now, 'BYSCORE', 'LIMIT', 0, look)
    for _, id in ipairs(due) do
      if is_full() or #deferred / 2 >= max_deferrals then return end
      take_due(id)
    end
  until is_full() or #due < look
end

-- Behind very many that have no place, others would fall due unseen for long.
local function take_last()
  local due = redis.call('ZRANGE', KEYS[1], now, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 20)
  for _, id in ipairs(due) do
    if is_full() then return end
    take_due(id)
  end
end

if not recall() then
  -- Redis refuses a script's first write when its memory is full unless that write frees some:
  -- starting with DEL keeps deliveries going.
  redis.call('DEL', KEYS[2])
  take_deferred()
  take_first()
  if #deferred > 0 then take_last() end
  record()
end

local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local reply = { 'claimed', exact_now, next[2] or '', deferred }
for _, id in ipairs(ids) do
  local held = redis.call('HMGET', ARGV[4] .. id, 'status', 'claim')
  if held[1] == 'delivering' and held[2] == token then
    local fields = redis.call('HMGET', ARGV[4] .. id, unpack(ARGV, 10))
    table.insert(fields, 1, id)
    reply[#reply + 1] = fields
  end
end
return reply
