-- Arms messages that lost their index entry or their shadow key (evicted, deleted by hand, restored
-- from a partial copy). Comes across those that were written by hand, too.
-- KEYS[1] due index
-- KEYS[2] delivering index
-- KEYS[3] failed index
-- ARGV[1] prefix of message keys
-- ARGV[2] prefix of shadow keys
-- ARGV[3...] ids to look at
-- Returns {'rearmed', number of messages mended, id, scheduleTo | '', webhookUrl | '', ...}, the last three of
--   each hash that no script has written, unless it has neither of the two and is no message at all
-- Includes now, arm
local now = now_ms()
local mended = 0
local by_hand = {}

local function mend_failed(id, message)
  if redis.call('ZSCORE', KEYS[3], id) then return end
  redis.call('ZADD', KEYS[3], tonumber(redis.call('HGET', message, 'failedAt')) or now, id)
  mended = mended + 1
end

local function mend_pending(id, at)
  local indexed = redis.call('ZSCORE', KEYS[1], id)
  local shadow = ARGV[2] .. id
  -- Past its moment a shadow key has rightly expired; the index entry is enough.
  if indexed and (tonumber(indexed) <= now or redis.call('EXISTS', shadow) == 1) then return end
  arm(KEYS[1], shadow, id, tonumber(indexed) or at, now)
  mended = mended + 1
end

-- Written by hand: without what every script writes.
local function note_new(id, message)
  local given = redis.call('HMGET', message, 'scheduleTo', 'webhookUrl')
  if not given[1] and not given[2] then return end
  by_hand[#by_hand + 1] = id
  by_hand[#by_hand + 1] = given[1] or ''
  by_hand[#by_hand + 1] = given[2] or ''
end

for i = 3, #ARGV do
  local id, message = ARGV[i], ARGV[1] .. ARGV[i]
  local fields = redis.call('HMGET', message, 'status', 'dueAt', 'leaseUntil')
  local at = tonumber(fields[1] == 'delivering' and fields[3] or fields[2])
  if fields[1] == 'failed' then
    mend_failed(id, message)
  elseif fields[1] and at then
    if fields[1] == 'delivering' then redis.call('ZADD', KEYS[2], at, id) end
    mend_pending(id, at)
  elseif not fields[1] or (fields[1] == 'scheduled' and not fields[2]) then
    note_new(id, message)
  end
end
return { 'rearmed', mended, unpack(by_hand) }
