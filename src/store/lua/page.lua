-- Looks at the entries of an index after a place, in its order: by score, equal scores by the bytes of the id.
-- KEYS[1] index
-- ARGV[1] score of the place | '' for the start
-- ARGV[2] id of the place; its entry may have gone or moved
-- ARGV[3] most entries
-- ARGV[4] lowest score, as ZCOUNT takes it
-- ARGV[5] highest score, as ZCOUNT takes it
-- ARGV[6] prefix of message keys
-- ARGV[7...] names of the message fields wanted
-- Returns {'page', entries between the scores, 1 when more follow | 0, id, score, field | nil..., id, ...}
-- Includes utf8

-- By bytes, as Redis orders members: Lua's own `<` would follow the locale of the server.
local function comes_after(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = a:byte(i), b:byte(i)
    if x ~= y then return x > y end
  end
  return #a > #b
end

-- How many entries stand at the place or before it: the rank where the page begins.
local function rank_after(score, id)
  local standing = redis.call('ZSCORE', KEYS[1], id)
  if standing and tonumber(standing) == tonumber(score) then
    return redis.call('ZRANK', KEYS[1], id) + 1
  end
  local low = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. score)
  local high = redis.call('ZCOUNT', KEYS[1], '-inf', score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if comes_after(redis.call('ZRANGE', KEYS[1], middle, middle)[1], id) then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

local total = redis.call('ZCOUNT', KEYS[1], ARGV[4], ARGV[5])
local past_last = redis.call('ZCOUNT', KEYS[1], '-inf', ARGV[5])
local rank = past_last - total
if ARGV[1] ~= '' then rank = math.max(rank, rank_after(ARGV[1], ARGV[2])) end

-- One flat list: a table for each entry would cost a fifth more.
local reply = { 'page', total, 0 }
local size, width, wanted = 3, #ARGV - 6, tonumber(ARGV[3])
while wanted > 0 and rank < past_last do
  local past_read = math.min(rank + wanted, past_last)
  local entries = redis.call('ZRANGE', KEYS[1], rank, past_read - 1, 'WITHSCORES')
  rank = past_read
  for i = 1, #entries, 2 do
    -- Put there by hand: no message has such an id, and a reply could not name the place after it.
    if is_text(entries[i]) then
      -- A key of another type under that name has no fields.
      local fields = redis.pcall('HMGET', ARGV[6] .. entries[i], unpack(ARGV, 7))
      reply[size + 1], reply[size + 2] = entries[i], entries[i + 1]
      for f = 1, width do reply[size + 2 + f] = fields[f] or false end
      size, wanted = size + 2 + width, wanted - 1
    end
  end
end
reply[3] = rank < past_last and 1 or 0
return reply
