-- Counts the messages of one partition, without looking at any of them.
-- KEYS[1] due index
-- KEYS[2] delivering index
-- KEYS[3] failed index
-- ARGV[1...] spans, ms: messages due later than now, by that much at most, are counted for each
-- Returns {'stats', now ms, scheduled, delivering, failed, how long the first due has been overdue ms | 0, {due per span...}, overdue}
-- Includes now
local now = now_ms()
local delivering = redis.call('ZCARD', KEYS[2])
-- The due index has what is being delivered too, by the end of its lease.
local scheduled = math.max(0, redis.call('ZCARD', KEYS[1]) - delivering)

local due = {}
for i = 1, #ARGV do
  local from, to = '(' .. now, now + tonumber(ARGV[i])
  local leased = redis.call('ZCOUNT', KEYS[2], from, to)
  due[i] = math.max(0, redis.call('ZCOUNT', KEYS[1], from, to) - leased)
end

local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local overdue = first[2] and math.max(0, now - tonumber(first[2])) or 0
local backlog = redis.call('ZCOUNT', KEYS[1], '-inf', now)
return { 'stats', now, scheduled, delivering, redis.call('ZCARD', KEYS[3]), overdue, due, backlog }
