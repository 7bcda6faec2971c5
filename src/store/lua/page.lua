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
local first = past_last - total
if ARGV[1] ~= '' then first = math.max(first, rank_after(ARGV[1], ARGV[2])) end
local past_page = math.min(first + tonumber(ARGV[3]), past_last)

-- One flat list: a table for each entry would cost a fifth more.
local reply = { 'page', total, past_page < past_last and 1 or 0 }
local size, width = #reply, #ARGV - 6
local entries = first < past_page and redis.call('ZRANGE', KEYS[1], first, past_page - 1, 'WITHSCORES') or {}
for i = 1, #entries, 2 do
  -- A key of another type under that name has no fields.
  local fields = redis.pcall('HMGET', ARGV[6] .. entries[i], unpack(ARGV, 7))
  reply[size + 1], reply[size + 2] = entries[i], entries[i + 1]
  for f = 1, width do reply[size + 2 + f] = fields[f] or false end
  size = size + 2 + width
end
return reply
