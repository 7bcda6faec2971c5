-- fence(): may the holder of `token` settle the message?
-- 'held': yes. 'settled': it has done so already (this is a repeat). Otherwise the reason why not.
local function fence(message, token)
  local state = redis.call('HMGET', message, 'status', 'claim')
  if not state[1] then return 'not-found' end
  if state[2] ~= token then return 'lost-claim' end
  if state[1] ~= 'delivering' then return 'settled' end
  return 'held'
end
