-- scheduled | delivering | failed -> (removed), if the message still is what was exported.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] failed index
-- KEYS[5] delivering index
-- ARGV[1] id
-- ARGV[2] names of the fields that are not exported, a space around each
-- ARGV[3...] field-value pairs that were exported
-- Returns {'removed'} | {'changed'} | {'not-found'}
-- Includes arm
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return { 'not-found' } end
local exported = { unpack(ARGV, 3) }
for i = 1, #exported, 2 do
  if redis.call('HGET', KEYS[1], exported[i]) ~= exported[i + 1] then return { 'changed' } end
end
local not_exported = 0
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if ARGV[2]:find(' ' .. name .. ' ', 1, true) then not_exported = not_exported + 1 end
end
-- A field more than was exported has come since.
if redis.call('HLEN', KEYS[1]) - not_exported ~= #exported / 2 then return { 'changed' } end
disarm(KEYS[3], KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[5], ARGV[1])
redis.call('DEL', KEYS[1])
return { 'removed' }
