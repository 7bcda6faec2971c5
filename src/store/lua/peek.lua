-- Looks at one partition without changing it.
-- KEYS[1] due index
-- ARGV[1] grace, ms: what fell due longer ago counts as overdue
-- Returns {'peeked', now ms, first id | '', its due ms | '', number overdue}
-- Includes now
local now = now_ms()
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local overdue = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. (now - tonumber(ARGV[1])))
return { 'peeked', now, first[1] or '', first[2] or '', overdue }
