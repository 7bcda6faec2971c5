-- scheduled | delivering | failed -> (removed). A request already under way is not recalled, but with
-- its message gone it can neither settle nor be tried again.
-- KEYS[1] message
-- KEYS[2] shadow key
-- KEYS[3] due index
-- KEYS[4] delivering index
-- KEYS[5] failed index
-- KEYS[6] record of this call: a repeat of it is answered like the first
-- ARGV[1] id
-- ARGV[2] how long the record of this call is kept, ms
-- Returns {'cancelled'} | {'cancelled-in-flight'} | {'not-found'}
-- Includes arm, record
local before = earlier_reply(KEYS[6])
if before then return before end
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return { 'not-found' } end
local status = redis.call('HGET', KEYS[1], 'status')
disarm(KEYS[3], KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[5], ARGV[1])
redis.call('DEL', KEYS[1])
return record_reply(KEYS[6], ARGV[2], { status == 'delivering' and 'cancelled-in-flight' or 'cancelled' })
