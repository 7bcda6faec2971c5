-- now_ms(): Redis time in whole epoch ms; then the same as a text with its microseconds, for replies by
-- which someone times. Call it once per script.
local function now_ms()
  local time = redis.call('TIME')
  local micros = tonumber(time[2])
  local ms = tonumber(time[1]) * 1000 + math.floor(micros / 1000)
  return ms, string.format('%d.%03d', ms, micros % 1000)
end
