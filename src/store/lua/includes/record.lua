-- earlier_reply(): the reply that this very call got before; nil when it has not run, or not changed anything.
local function earlier_reply(record)
  local reply = redis.call('GET', record)
  if not reply then return nil end
  local parts = {}
  for part in reply:gmatch('[^,]+') do parts[#parts + 1] = part end
  return parts
end

-- record_reply(): keeps a reply for a repeat of this very call, and returns it.
local function record_reply(record, kept_ms, reply)
  local parts = {}
  for i, part in ipairs(reply) do parts[i] = type(part) == 'number' and string.format('%d', part) or part end
  redis.call('SET', record, table.concat(parts, ','), 'PX', kept_ms)
  return reply
end
