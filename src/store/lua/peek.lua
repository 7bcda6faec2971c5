-- Looks at one partition without changing it.
-- KEYS[1] due index
-- ARGV[1] grace, ms: what fell due longer ago counts as overdue
-- Returns {'peeked', now ms, earliest due ms | '', number overdue}
-- Includes now
local now, exact_now = now_ms()
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local overdue = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. (now - tonumber(ARGV[1])))
return { 'peeked', exact_now, first[2] or '', overdue }
