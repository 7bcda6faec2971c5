-- Has Redis publish the expiry of the first message of a partition, when it is overdue: a shadow key that
-- is looked at past its time is deleted, and its event published, at once.
-- KEYS[1] due index
-- ARGV[1] prefix of shadow keys
-- Returns {'announced'} | {'nothing-due'}
-- Includes now
local now = now_ms()
local overdue = redis.call('ZRANGE', KEYS[1], '-inf', '(' .. now, 'BYSCORE', 'LIMIT', 0, 1)[1]
if not overdue then return { 'nothing-due' } end
redis.call('EXISTS', ARGV[1] .. overdue)
return { 'announced' }
