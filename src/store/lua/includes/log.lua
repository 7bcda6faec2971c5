-- log_attempt(): one entry in the capped delivery log; ARGV from `first` on are its field-value pairs.
local function log_attempt(delivery_log, max_length, first)
  redis.call('XADD', delivery_log, 'MAXLEN', '~', max_length, '*', unpack(ARGV, first))
end
