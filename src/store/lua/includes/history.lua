-- remember_attempt(): appends an attempt to the message's own history, JSON objects joined by commas.
-- `entry` is one without its time. A history that grew too long, by many replays, starts afresh.
local function remember_attempt(message, entry, now)
  local history = redis.call('HGET', message, 'attempts')
  local line = '{"at":' .. string.format('%d', now) .. ',' .. entry:sub(2)
  if history and #history < 32768 then line = history .. ',' .. line end
  redis.call('HSET', message, 'attempts', line)
end
