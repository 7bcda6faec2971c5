-- log_attempt(): one entry in the capped delivery log; ARGV from `first` to `last` are its field-value pairs.
-- A log that is none any more, by someone's hand, must not keep a message from being settled.
local function log_attempt(delivery_log, max_length, first, last)
  redis.pcall('XADD', delivery_log, 'MAXLEN', '~', max_length, '*', unpack(ARGV, first, last or #ARGV))
end
