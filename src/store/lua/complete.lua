-- delivering -> (removed), for every message given, all of one partition. They were delivered.
-- KEYS[1] due index
-- KEYS[2] delivering index
-- KEYS[3] delivery log
-- ARGV[1] prefix of message keys
-- ARGV[2] prefix of shadow keys
-- ARGV[3] most entries the delivery log keeps
-- ARGV[4...] for each message: id; claim token; number of field-value arguments of its log entry; those arguments
-- Returns {'done', result, ...}, one result for each message, in order: completed | lost-claim | not-found
-- Includes arm, fence, log
local function complete(id, token, first, last)
  local message = ARGV[1] .. id
  local standing = fence(message, token)
  if standing == 'settled' then return 'lost-claim' end
  if standing ~= 'held' then return standing end
  disarm(KEYS[1], ARGV[2] .. id, id)
  redis.call('ZREM', KEYS[2], id)
  redis.call('DEL', message)
  log_attempt(KEYS[3], ARGV[3], first, last)
  return 'completed'
end

local reply = { 'done' }
local at = 4
while at <= #ARGV do
  local first, last = at + 3, at + 2 + tonumber(ARGV[at + 2])
  reply[#reply + 1] = complete(ARGV[at], ARGV[at + 1], first, last)
  at = last + 1
end
return reply
