-- remember_attempt(): appends an attempt to the message's own history, JSON objects joined by commas.
-- `entry` is one without its time. Of a history that grew too long the oldest attempts go.
local LONGEST_HISTORY = 32768

local function remember_attempt(message, entry, now)
  local line = '{"at":' .. string.format('%d', now) .. ',' .. entry:sub(2)
  local history = redis.call('HGET', message, 'attempts')
  while history and #history + #line > LONGEST_HISTORY do
    -- Quotes within a text are escaped: this is found between two attempts only.
    local gap = history:find('},{"at":', 1, true)
    history = gap and history:sub(gap + 2)
  end
  if history then line = history .. ',' .. line end
  redis.call('HSET', message, 'attempts', line)
end
