-- (absent) -> scheduled, for every message given, all of one partition. Writes each message, its index
-- entry and its shadow key at once.
-- KEYS[1] due index
-- KEYS[2] delivering index
-- KEYS[3] failed index
-- KEYS[4] record of this call: a repeat of it is answered like the first
-- ARGV[1] prefix of message keys
-- ARGV[2] prefix of shadow keys
-- ARGV[3] prefix of idempotency records
-- ARGV[4] how long the record of this call is kept, ms
-- ARGV[5] how long an idempotency record is kept, ms
-- ARGV[6...] for each message: id; due time, epoch ms; refuse | ignore | replace: what to do when the id is
--   taken; fire | reject: what to do with a due time in the past; idempotency key; fingerprint of the request
--   under that key, empty without one; number of field-value arguments; those arguments
-- Returns {'done', now ms, result, ...}, one result for each message, in order:
--   scheduled | replaced | ignored | exists | in-past | key-reused
-- Includes now, arm, record
local now, exact_now = now_ms()
local wrote = false

-- Writes one message; `first` to `last` are its field-value arguments.
local function write(id, due, first, last)
  -- In this order a broken index stops the message before anything of it is written.
  arm(KEYS[1], ARGV[2] .. id, id, due, now)
  redis.call('HSET', ARGV[1] .. id, 'id', id, 'status', 'scheduled', 'attempt', 0, 'dueAt', due,
    'createdAt', now, unpack(ARGV, first, last))
  wrote = true
end

local function schedule(id, due, on_conflict, if_past, first, last)
  local taken = redis.call('EXISTS', ARGV[1] .. id) == 1
  if taken and on_conflict == 'ignore' then return 'ignored' end
  if taken and on_conflict ~= 'replace' then return 'exists' end
  if if_past == 'reject' and due < now then return 'in-past' end
  if taken then
    -- A request under way is not recalled, but with its claim gone it cannot settle the new message.
    redis.call('DEL', ARGV[1] .. id)
    redis.call('ZREM', KEYS[2], id)
    redis.call('ZREM', KEYS[3], id)
  end
  write(id, due, first, last)
  return taken and 'replaced' or 'scheduled'
end

-- As schedule(), once for each idempotency key: a repeat gets the first one's result.
local function schedule_once(record, fingerprint, ...)
  local found = redis.pcall('GET', record)
  -- What is no record, by someone's hand, must not fail the messages beside it.
  local seen, result = (type(found) == 'string' and found or ''):match('^(%S+) ?(%S*)$')
  if seen then return seen == fingerprint and result or 'key-reused' end
  result = schedule(...)
  if result == 'scheduled' or result == 'replaced' or result == 'ignored' then
    redis.call('SET', record, fingerprint .. ' ' .. result, 'PX', ARGV[5])
  end
  return result
end

local results = earlier_reply(KEYS[4])
if results then return { 'done', exact_now, unpack(results) } end

results = {}
local at = 6
while at <= #ARGV do
  local id, due, on_conflict, if_past, key, fingerprint, fields = unpack(ARGV, at, at + 6)
  local first, last = at + 7, at + 6 + tonumber(fields)
  local asked = { id, tonumber(due), on_conflict, if_past, first, last }
  if fingerprint == '' then
    results[#results + 1] = schedule(unpack(asked))
  else
    results[#results + 1] = schedule_once(ARGV[3] .. key, fingerprint, unpack(asked))
  end
  at = last + 1
end
-- A call that was refused leaves nothing, and is refused again.
if wrote then record_reply(KEYS[4], ARGV[4], results) end
return { 'done', exact_now, unpack(results) }
