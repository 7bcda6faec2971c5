-- arm(): the message needs attention at `at`: index entry and shadow key, always together.
-- A shadow key set in the past would be deleted without an `expired` event, so it ends after `now`. Its
-- value is a small number, which all keys share: it takes no memory.
local function arm(due_index, shadow, id, at, now)
  redis.call('ZADD', due_index, at, id)
  redis.call('SET', shadow, 1, 'PXAT', math.max(at, now + 1))
end

-- disarm(): the message needs no more attention.
local function disarm(due_index, shadow, id)
  redis.call('ZREM', due_index, id)
  redis.call('DEL', shadow)
end
